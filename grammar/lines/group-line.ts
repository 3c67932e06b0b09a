/** Lines of `virtual_server_group`: an address, a range or a network with a port, or a firewall mark. */

import { parseIpv6, printAddress, readIpv4 } from '../codecs/address.ts';
import { type Host, printHost, readHost } from '../codecs/host.ts';
import type { Line } from '../cst.ts';
import type { Session } from '../drafts.ts';
import { missingParameter } from '../keywords/read-scalar.ts';
import { readMarkNumber, readPort } from '../keywords/service-address.ts';
import type { GroupDraft, GroupEntry } from '../lvs-drafts.ts';

/** The kinds of line, for completion and for the fact-base test. */
export const groupLineOptions = [
  'IPADDR [PORT]',
  'IPADDR-LAST [PORT]',
  'IPADDR-IPADDR [PORT]',
  'IPADDR/PREFIX [PORT]',
  'fwmark',
] as const;

export function readGroupLine(line: Line, group: GroupDraft, session: Session): void {
  const [word = '', portWord] = line.words;
  if (word === 'fwmark') {
    readMark(line, group, session);
    return;
  }
  const port = readPort(portWord, line, session);
  const first = port === undefined ? undefined : firstHost(word);
  if (first === undefined || port === undefined) {
    const shown = portWord === undefined ? `${word} ` : `${word} /port/${portWord}`;
    session.report(`Invalid virtual server group IP address ${shown} - skipping`, line);
    return;
  }
  const last = lastHost(word, first);
  if (typeof last === 'object') session.report(last.problem, line);
  else group.entries.push({ kind: 'range', first, last, port });
}

/** A colon anywhere makes the whole word IPv6. */
function firstHost(word: string): Host | undefined {
  const host = readHost(word);
  return typeof host === 'number' && word.includes(':') ? undefined : host;
}

interface Problem {
  readonly problem: string;
}

function lastHost(word: string, first: Host): Host | Problem {
  const slash = word.indexOf('/');
  if (slash >= 0) return lastOfNetwork(word, word.slice(slash + 1), first);
  const dash = word.indexOf('-');
  if (dash < 0) return first;
  const end = word.slice(dash + 1);
  if (end.includes(typeof first === 'number' ? '.' : ':')) return fullEnd(word, end, first);
  return shortEnd(word, end, first);
}

function fullEnd(word: string, end: string, first: Host): Host | Problem {
  const v6 = typeof first === 'number' ? undefined : parseIpv6(end);
  const last = typeof first === 'number' ? readIpv4(end) : v6 && printAddress(v6);
  if (last === undefined) return { problem: `Invalid range end ${word} - skipping` };
  return bits(last) < bits(first)
    ? { problem: `Address range end is less than address range start - ${word} - skipping` }
    : last;
}

/** The last byte of an IPv4 address in decimal, the last group of an IPv6 address in hexadecimal. */
function shortEnd(word: string, end: string, first: Host): Host | Problem {
  const v4 = typeof first === 'number';
  const pattern = v4 ? /^[ \t]*([+-]?)(\d*)/ : /^[ \t]*([+-]?)(?:0x(?=[0-9a-f]))?([0-9a-f]*)/i;
  const match = pattern.exec(end);
  const rest = end.slice(match?.[0].length ?? 0);
  const range = `Virtual server group range '${word}'`;
  if (rest !== '') return { problem: `${range} has extra characters at end '${rest}'` };
  const value = Number.parseInt(match?.[2] || '0', v4 ? 10 : 16);
  const step = v4 ? 0xff : 0xffff;
  if (value > step || (match?.[1] === '-' && value > 0))
    return { problem: `${range} end '${end}' too large` };
  const start = bits(first);
  const last = (start & ~BigInt(step)) | BigInt(value);
  return last > start
    ? hostOf(last, v4)
    : { problem: `Address range end is not greater than address range start - ${word} - skipping` };
}

function lastOfNetwork(word: string, text: string, first: Host): Host | Problem {
  const width = typeof first === 'number' ? 32 : 128;
  const prefix = /^\+?\d+$/.test(text) ? Number(text) : 0;
  if (prefix < 1 || prefix > width) return { problem: `Invalid netmask - ${word} - skipping` };
  const size = (1n << BigInt(width - prefix)) - 1n;
  const start = bits(first);
  if ((start & size) !== 0n) return { problem: `Address mask bits not empty - ${word} - skipping` };
  return hostOf(start | size, width === 32);
}

function bits(host: Host): bigint {
  if (typeof host === 'number') return BigInt(host >>> 0);
  let value = 0n;
  for (const byte of parseIpv6(host) ?? []) value = (value << 8n) | BigInt(byte);
  return value;
}

function hostOf(value: bigint, v4: boolean): Host {
  if (v4) return Number(value) | 0;
  const bytes = new Uint8Array(16);
  for (let at = 15, left = value; at >= 0; at--, left >>= 8n) bytes[at] = Number(left & 0xffn);
  return printAddress(bytes);
}

/** Upstream shows a range by both its ends, also one that was written as a network. */
export function printEntry({ first, last, port }: Extract<GroupEntry, { kind: 'range' }>): string {
  const range = first === last ? printHost(first) : `${printHost(first)}-${printHost(last)}`;
  return `[${range},${port}]`;
}

function readMark(line: Line, group: GroupDraft, session: Session): void {
  const [, word, familyWord] = line.words;
  if (word === undefined) {
    missingParameter(line, session);
    return;
  }
  const value = readMarkNumber(word, line, session);
  if (value === undefined) {
    session.report(`(${group.name}): fwmark '${word}' must be in [0, 4294967295] - ignoring`, line);
    return;
  }
  const family = familyWord === 'inet' ? 4 : familyWord === 'inet6' ? 6 : undefined;
  if (familyWord !== undefined && family === undefined) {
    session.report(`(${group.name}): fwmark '${value}' family ${familyWord} unknown - ignoring`, line);
    return;
  }
  group.entries.push({ kind: 'fwmark', mark: value, family });
}
