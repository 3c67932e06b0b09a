/** Recorded netlink datagrams of Linux 6.18, for tests. */
import { readFileSync } from 'node:fs';
import { type Message, messages } from '../message.ts';
import { createMessageWriter, type MessageWriter } from '../writer.ts';

export function recorded(name: string): Uint8Array {
  const path = new URL(`../../../fixtures/packets/${name}.hex`, import.meta.url);
  return Uint8Array.from(Buffer.from(readFileSync(path, 'latin1').replaceAll(/\s/g, ''), 'hex'));
}

/** The only message of a recorded datagram. */
export function recordedMessage(name: string): Message {
  const [message, ...others] = messages(recorded(name));
  if (message === undefined || others.length > 0) throw new Error(`${name}: not one message`);
  return message;
}

/** The bytes that `write` produces in a writer of its own. */
export function written(write: (writer: MessageWriter) => void): Uint8Array {
  const writer = createMessageWriter();
  write(writer);
  return writer.bytes();
}
