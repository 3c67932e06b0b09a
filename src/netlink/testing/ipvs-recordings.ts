/** What ipvsadm and keepalived said to IPVS and were told by it: fixtures/ipvs/netlink.json. */
import { readFileSync } from 'node:fs';

interface Recordings {
  readonly family: { readonly request: string; readonly answer: string };
  readonly requests: readonly { readonly command: string; readonly payload: string }[];
  readonly questions: readonly { readonly command: string; readonly payload: string }[];
  readonly answers: Readonly<Record<string, readonly string[]>>;
  readonly keepalived: readonly string[];
}

const path = new URL('../../../fixtures/ipvs/netlink.json', import.meta.url);

export const recordings = JSON.parse(readFileSync(path, 'utf8')) as Recordings;

export const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The payload of the request that a command of ipvsadm was seen sending. */
export function requestOf(command: string): string {
  const found = recordings.requests.find((request) => request.command === `ipvsadm ${command}`);
  if (found === undefined) throw new Error(`no recording of ipvsadm ${command}`);
  return found.payload;
}
