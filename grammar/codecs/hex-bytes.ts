/**
 * Bytes as hex digits, for the datagrams of UDP_CHECK: two digits a byte, blanks between bytes at will, and a
 * digit that stands alone is a byte of its own. In patterns an `X` stands for any digit.
 */
import { isBlank } from '../words.ts';

export interface BytePattern {
  readonly bytes: Uint8Array;
  /** Bits that count. */
  readonly mask: Uint8Array;
}

const WILD = -1;

function digit(code: number, wildcards: boolean): number | undefined {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  if (lower >= 0x61 && lower <= 0x66) return lower - 0x61 + 10;
  return wildcards && lower === 0x78 ? WILD : undefined;
}

export function parseBytes(words: readonly string[], wildcards: boolean): BytePattern | undefined {
  const text = words.join(' ');
  const bytes: number[] = [];
  const mask: number[] = [];
  for (let at = 0; at < text.length; at++) {
    if (isBlank(text.charCodeAt(at))) continue;
    const digits = [digit(text.charCodeAt(at), wildcards)];
    const next = text.charCodeAt(at + 1);
    if (at + 1 < text.length && !isBlank(next)) {
      digits.push(digit(next, wildcards));
      at++;
    }
    let byte = 0;
    let bits = digits.length === 1 ? 0xf : 0;
    for (const value of digits) {
      if (value === undefined) return undefined;
      byte = (byte << 4) | (value === WILD ? 0 : value);
      bits = (bits << 4) | (value === WILD ? 0 : 0xf);
    }
    bytes.push(byte);
    mask.push(bits & 0xff);
  }
  if (bytes.length === 0) return undefined;
  return { bytes: Uint8Array.from(bytes), mask: Uint8Array.from(mask) };
}
