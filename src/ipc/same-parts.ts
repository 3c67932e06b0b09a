/**
 * A new configuration in terms of the one before: parts of a list that have not changed travel as their place
 * in the old list. A reload of a hundred thousand servers nearly always changes a few, and carrying all of
 * them over costs more than reading the file. In: two lists. Out: a list to send, and back.
 */

/** A part, or the place of an equal one in the list before. */
export type Sent<Part> = Part | number;

/** Equality of plain data: objects, arrays, bytes and what JavaScript compares by itself. */
export function sameData(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && sameBytes(a, b);
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((one, at) => sameData(one, b[at]));
  }
  return sameFields(a as Fields, b as Fields);
}

type Fields = Readonly<Record<string, unknown>>;

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

function sameFields(a: Fields, b: Fields): boolean {
  let count = 0;
  for (const key in a) {
    if (!sameData(a[key], b[key])) return false;
    count++;
  }
  for (const _ in b) count--;
  return count === 0;
}

/** `before` is what the receiver has. Parts with the same name are compared. */
export function shorten<Part extends { readonly name: string }>(
  parts: readonly Part[],
  before: readonly Part[],
): Sent<Part>[] {
  const places = new Map(before.map(({ name }, at) => [name, at]));
  return parts.map((part) => {
    const at = places.get(part.name);
    return at !== undefined && sameData(part, before[at]) ? at : part;
  });
}

/** The parts that have not changed are the same objects as before. */
export function lengthen<Part>(sent: readonly Sent<Part>[], before: readonly Part[]): Part[] {
  return sent.map((one) => {
    const part = typeof one === 'number' ? before[one] : one;
    if (part === undefined) throw new Error('a part of the configuration before is missing');
    return part as Part;
  });
}
