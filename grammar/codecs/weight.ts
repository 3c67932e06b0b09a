/**
 * `weight N [reverse|noreverse]` of a track line. ±254 is read and becomes ±253, anything beyond is refused;
 * the texts differ a little between interfaces and scripts (observed on 2.2.7).
 */
import { readInteger } from './numbers.ts';

export const MAX_WEIGHT = 253;

export type WeightReading =
  | { readonly kind: 'ok'; readonly weight: number }
  | { readonly kind: 'clamped'; readonly weight: number }
  | { readonly kind: 'refused'; readonly complaint: string };

export function readTrackWeight(word: string, testing: boolean): WeightReading {
  const options = { min: -(MAX_WEIGHT + 1), max: MAX_WEIGHT + 1, signed: true, lenient: true };
  const { value, complaint } = readInteger(word, options, { testing });
  if (value === undefined) return { kind: 'refused', complaint: complaint ?? '' };
  if (Math.abs(value) > MAX_WEIGHT) return { kind: 'clamped', weight: Math.sign(value) * MAX_WEIGHT };
  return { kind: 'ok', weight: value };
}
