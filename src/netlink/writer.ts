/**
 * Writes a row of requests into one growing buffer. A take-over adds hundreds of addresses in one go, often
 * as the first thing this code does, so it allocates nothing per message or attribute.
 */
import { NLA_F_NESTED } from './constants.ts';
import { align, headerLength } from './message.ts';

export interface MessageWriter {
  /** Starts a message; the fixed part and the attributes follow, then end(). */
  begin(type: number, flags: number, seq: number): void;
  u8(...values: number[]): void;
  u32(value: number): void;
  attribute(type: number, value: Uint8Array): void;
  /** An attribute of 32-bit integers in host order. */
  attributeU32(type: number, ...values: number[]): void;
  /** Starts an attribute that holds those which follow, up to endNested() with what this returned. */
  beginNested(type: number): number;
  endNested(start: number): void;
  /** An attribute that was built elsewhere, with its header and padding. */
  raw(bytes: Uint8Array): void;
  end(): void;
  /** Everything written so far. The view is valid until the next write. */
  bytes(): Uint8Array;
}

const firstRoom = 4096;
const attributeHeaderLength = 4;

export function createMessageWriter(): MessageWriter {
  let buffer = new Uint8Array(firstRoom);
  let view = new DataView(buffer.buffer);
  let start = 0;
  let at = 0;

  /** Room for `length` more bytes; what was never written is zero, padding included. */
  function reserve(length: number): void {
    if (at + length <= buffer.length) return;
    const larger = new Uint8Array(Math.max(2 * buffer.length, at + length));
    larger.set(buffer);
    buffer = larger;
    view = new DataView(buffer.buffer);
  }

  function attributeHeader(type: number, length: number): void {
    reserve(attributeHeaderLength + align(length));
    view.setUint16(at, attributeHeaderLength + length, true);
    view.setUint16(at + 2, type, true);
    at += attributeHeaderLength;
  }

  return {
    begin(type, flags, seq) {
      reserve(headerLength);
      start = at;
      view.setUint16(at + 4, type, true);
      view.setUint16(at + 6, flags, true);
      view.setUint32(at + 8, seq, true);
      at += headerLength;
    },
    u8(...values) {
      reserve(values.length);
      for (const value of values) {
        view.setUint8(at, value);
        at += 1;
      }
    },
    u32(value) {
      reserve(4);
      view.setUint32(at, value, true);
      at += 4;
    },
    attribute(type, value) {
      attributeHeader(type, value.length);
      buffer.set(value, at);
      at += align(value.length);
    },
    attributeU32(type, ...values) {
      attributeHeader(type, 4 * values.length);
      for (const value of values) {
        view.setUint32(at, value, true);
        at += 4;
      }
    },
    beginNested(type) {
      const begun = at;
      attributeHeader(type | NLA_F_NESTED, 0);
      return begun;
    },
    endNested(begun) {
      view.setUint16(begun, at - begun, true);
    },
    raw(bytes) {
      reserve(bytes.length);
      buffer.set(bytes, at);
      at += bytes.length;
    },
    end() {
      view.setUint32(start, at - start, true);
      reserve(align(at) - at);
      at = align(at);
    },
    bytes: () => buffer.subarray(0, at),
  };
}
