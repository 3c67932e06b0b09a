/**
 * Control messages (man 3 cmsg) on 64-bit Linux: a header of length (8 bytes), level and type, then data,
 * aligned to eight bytes. A wrong length ends the walk.
 */
const headerLength = 16;

export interface ControlMessage {
  readonly level: number;
  readonly type: number;
  readonly data: Uint8Array;
}

const align = (length: number): number => (length + 7) & ~7;

export function* controlMessages(bytes: Uint8Array): Generator<ControlMessage> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at + headerLength <= bytes.length) {
    const length = Number(view.getBigUint64(at, true));
    if (length < headerLength || length > bytes.length - at) return;
    yield {
      level: view.getInt32(at + 8, true),
      type: view.getInt32(at + 12, true),
      data: bytes.subarray(at + headerLength, at + length),
    };
    at += align(length);
  }
}

export function controlBuffer(parts: readonly ControlMessage[]): Uint8Array {
  const total = parts.reduce((sum, part) => sum + align(headerLength + part.data.length), 0);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of parts) {
    view.setBigUint64(at, BigInt(headerLength + part.data.length), true);
    view.setInt32(at + 8, part.level, true);
    view.setInt32(at + 12, part.type, true);
    bytes.set(part.data, at + headerLength);
    at += align(headerLength + part.data.length);
  }
  return bytes;
}
