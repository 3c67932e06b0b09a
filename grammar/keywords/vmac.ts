/** `use_vmac` and `use_ipvlan`: interfaces of an instance's own. Texts observed on 2.2.7, words of 2.4.3. */
import { type Address, parseAddress } from '../codecs/address.ts';
import { MAX_INTERFACE_NAME } from '../codecs/names.ts';
import { readInteger } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import type { InstanceDraft, Scope, Session } from '../drafts.ts';
import { readGroup } from '../lines/rule-line.ts';
import { custom } from './row.ts';

export interface VmacRequest {
  readonly name?: string;
  readonly mac?: string;
  /** Number of the link group; the one of the base interface when absent. */
  readonly group?: number;
  readonly netlinkNotify?: true;
}

export interface IpvlanRequest {
  readonly name?: string;
  readonly address?: Address;
  readonly prefix?: number;
  readonly mode?: 'bridge' | 'private' | 'vepa';
  readonly group?: number;
}

/** 00:00:5e:00:01 and 00:00:5e:00:02 are the addresses of the protocol itself (RFC 9568 section 7.3). */
const RFC_PREFIX = /^0?0:0?0:5e:0?0:0?[12](:|$)/i;

/** The octets of an address, or what is wrong with it. */
function readMac(word: string): { readonly mac?: string; readonly problem?: string } {
  const octets = word.split(':');
  if (!octets.every((octet) => /^[0-9a-fA-F]{1,2}$/.test(octet))) {
    return { problem: `VMAC invalid MAC address ${word}` };
  }
  if (octets.length < 5) return { problem: `VMAC invalid MAC address ${word} - ignored` };
  if ((Number.parseInt(octets[0] ?? '', 16) & 1) === 1) {
    return { problem: `VMAC MAC address is multicast ${word} - ignoring` };
  }
  if (RFC_PREFIX.test(word)) {
    return { problem: `VMAC MAC address not allowed to be RFC5798 address (${word}) - ignoring` };
  }
  return { mac: octets.slice(0, 6).join(':') };
}

/** Modes of the two kinds, as the kernel numbers them. */
const PRIVATE = 1;
const LAYER_2 = 0;

/** A name for a new interface; what is wrong with it has been said. */
function freeName(
  word: string,
  kind: string,
  line: Line,
  scope: Scope,
  session: Session,
): string | undefined {
  const found = session.facts.interface(word);
  const article = kind === 'vmac' ? 'a private macvlan' : 'an l2 ipvlan';
  const [wanted, mode] = kind === 'vmac' ? ['macvlan', PRIVATE] : ['ipvlan', LAYER_2];
  if (found && (found.kind !== wanted || (found.mode ?? mode) !== mode)) {
    const what = `interface ${word} already exists and is not ${article}; ignoring ${kind} if_name`;
    session.report(`(${scope.name}) ${what}`, line);
    return undefined;
  }
  const owner = session.vrrp.vmacNames.get(word);
  if (owner !== undefined && owner !== scope.name) {
    session.report(`(${scope.name}) VRRP instance ${owner} is already using ${word} - ignoring name`, line);
    return undefined;
  }
  session.vrrp.vmacNames.set(word, scope.name);
  return word;
}

type Draft<T> = { -readonly [K in keyof T]: T[K] };

function vmacName(word: string, draft: Draft<VmacRequest>, line: Line, scope: Scope, session: Session): void {
  if (draft.name !== undefined) session.report('VMAC interface name already specified', line);
  else if (word.length > MAX_INTERFACE_NAME || /[\s/]/.test(word) || word === '') {
    session.report(`VMAC interface name '${word}' too long or invalid characters - ignoring`, line);
  } else {
    const name = freeName(word, 'vmac', line, scope, session);
    if (name !== undefined) draft.name = name;
  }
}

function groupOf(word: string | undefined, line: Line, session: Session): number | undefined {
  const group = word === undefined ? undefined : readGroup(session, word);
  if (group === undefined) session.report(`VMAC group ${word ?? ''} not found`, line);
  return group;
}

export const useVmac = custom<VmacRequest>({
  args: '[[name] IFNAME] [MAC] [netlink_notify_msg] [group GROUP]',
  doc: 'Run on a macvlan that has the virtual MAC address.',
  read: (line, scope, session) => {
    const draft: Draft<VmacRequest> = { ...(scope.values.use_vmac as VmacRequest | undefined) };
    const words = line.words;
    for (let at = 1; at < words.length; at++) {
      const word = words[at] ?? '';
      if (word === 'netlink_notify_msg') draft.netlinkNotify = true;
      else if (word === 'name' && words[at + 1] !== undefined) {
        vmacName(words[++at] ?? '', draft, line, scope, session);
      } else if (word === 'group') {
        const group = groupOf(words[++at], line, session);
        if (group !== undefined) draft.group = group;
      } else if (!word.includes(':')) vmacName(word, draft, line, scope, session);
      else if (draft.mac !== undefined) session.report('VMAC interface address already specified', line);
      else {
        const { mac, problem } = readMac(word);
        if (problem !== undefined) session.report(problem, line);
        if (mac !== undefined) draft.mac = mac;
      }
    }
    return draft;
  },
});

interface IpvlanReader {
  readonly line: Line;
  readonly instance: InstanceDraft;
  readonly session: Session;
  readonly draft: Draft<IpvlanRequest>;
  say(text: string): void;
}

/** An address with or without a length, without a word about anything else. */
function readIpvlanAddress(
  word: string,
): { readonly address: Address; readonly prefix?: number } | undefined {
  const [text = '', length] = word.split('/');
  const address = parseAddress(text);
  if (!address) return undefined;
  if (length === undefined) return { address };
  const most = address.family === 4 ? 32 : 128;
  const { value: prefix } = readInteger(length, { min: 0, max: most }, { testing: true });
  return prefix === undefined ? undefined : { address, prefix };
}

function ipvlanWord(reader: IpvlanReader, word: string): void {
  const { draft, instance, line, session, say } = reader;
  if (word === 'bridge' || word === 'private' || word === 'vepa') {
    if (draft.mode !== undefined) say(`ipvlan type already specified - ignoring '${word}'`);
    else draft.mode = word;
    return;
  }
  const found = readIpvlanAddress(word);
  if (found) {
    if (draft.address) {
      say(`ipvlan address already specified - ignoring '${word}'`);
    } else if ((instance.family ?? found.address.family) !== found.address.family) {
      say(`ipvlan address[${word}] MUST match vrrp instance family !!! Skipping...`);
    } else {
      instance.family = found.address.family;
      draft.address = found.address;
      if (found.prefix !== undefined) draft.prefix = found.prefix;
    }
    return;
  }
  if (draft.name !== undefined) {
    say(`IPVLAN interface already specified - ignoring '${word}'`);
  } else if (word.length > MAX_INTERFACE_NAME) {
    say(`IPVLAN interface name '${word}' too long - ignoring`);
  } else {
    const name = freeName(word, 'ipvlan', line, instance, session);
    if (name !== undefined) draft.name = name;
  }
}

export const useIpvlan = custom<IpvlanRequest>({
  args: '[[name] IFNAME] [IPADDR[/MASK]] [bridge|private|vepa] [group GROUP]',
  doc: 'Run on an ipvlan interface; its address is the source of adverts too.',
  read: (line, scope, session) => {
    const say = (text: string): void => session.report(`(${scope.name}) ${text}`, line);
    if (scope.values.use_ipvlan !== undefined) {
      say('use_ipvlan already specified');
      return undefined;
    }
    const draft: Draft<IpvlanRequest> = {};
    const reader: IpvlanReader = { line, instance: scope as InstanceDraft, session, draft, say };
    const words = line.words;
    for (let at = 1; at < words.length; at++) {
      const word = words[at] ?? '';
      if (word === 'name' && words[at + 1] !== undefined) ipvlanWord(reader, words[++at] ?? '');
      else if (word === 'group') {
        const group = groupOf(words[++at], line, session);
        if (group !== undefined) draft.group = group;
      } else ipvlanWord(reader, word);
    }
    return draft;
  },
});
