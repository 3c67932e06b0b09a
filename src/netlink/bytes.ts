/**
 * Integers and copies on Uint8Array. Netlink uses the byte order of the host, and every machine that Node 26
 * is built for here (x64, arm64) is little endian, so the order is fixed instead of looked up.
 */
const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Reads past the end give 0: a short attribute is malformed, not a reason to throw. */
export const u8 = (bytes: Uint8Array, at = 0): number => bytes[at] ?? 0;
export const u16 = (bytes: Uint8Array, at = 0): number =>
  at + 2 <= bytes.length ? view(bytes).getUint16(at, true) : 0;
export const u32 = (bytes: Uint8Array, at = 0): number =>
  at + 4 <= bytes.length ? view(bytes).getUint32(at, true) : 0;
export const u64 = (bytes: Uint8Array, at = 0): bigint =>
  at + 8 <= bytes.length ? view(bytes).getBigUint64(at, true) : 0n;
export const i32 = (bytes: Uint8Array, at = 0): number => u32(bytes, at) | 0;

export const u16Bytes = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >> 8);

export function u32Bytes(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const target = view(bytes);
  values.forEach((value, index) => {
    target.setUint32(4 * index, value, true);
  });
  return bytes;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

const utf8 = new TextDecoder();

/** The string before the first NUL. */
export function cString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return utf8.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** The string with its terminating NUL. */
export const cStringBytes = (text: string): Uint8Array => new TextEncoder().encode(`${text}\0`);
