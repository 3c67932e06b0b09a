/**
 * A line of virtual_ipaddress: `IP[/len]` and named options, read from a table. In: the line's words; out: a
 * draft, or nothing when the address has to go. Texts and which of them drop the address: observed on 2.2.7.
 */

import { type Address, parseAddress, parseIpv4 } from '../codecs/address.ts';
import { readNamed } from '../codecs/kernel-values.ts';
import { readInteger } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import type { Session, VipDraft } from '../drafts.ts';
import { readPrefixLength } from './line-address.ts';
import type { RouteOwner } from './route-draft.ts';

const IFA_F_NODAD = 0x02;
const IFA_F_HOMEADDRESS = 0x10;
const IFA_F_MANAGETEMPADDR = 0x100;
const IFA_F_NOPREFIXROUTE = 0x200;
const IFA_F_MCAUTOJOIN = 0x400;

const MAX_LABEL = 15;
const SCOPES: Readonly<Record<string, number>> = { global: 0, site: 200, link: 253, host: 254, nowhere: 255 };

interface Reader {
  readonly line: Line;
  readonly session: Session;
  readonly vip: VipDraft;
  say(text: string): void;
}

/** What an option makes of its parameter. */
type Outcome = 'ok' | 'drop' | 'reread' | 'end';

interface AddressOption {
  /** Takes the next word. */
  readonly parameter: boolean;
  readonly doc: string;
  /** Of static addresses, or of an instance's, only. */
  readonly owner?: RouteOwner;
  readonly since?: string;
  readonly apply: (reader: Reader, value: string, keyword: string) => Outcome;
}

const flag = (bit: number, doc: string): AddressOption => ({
  parameter: false,
  doc,
  apply: ({ vip }) => {
    vip.flags |= bit;
    return 'ok';
  },
});

const broadcast: AddressOption = {
  parameter: true,
  doc: 'IPv4 broadcast address; `+` sets and `-` clears the host bits',
  apply: ({ vip, say }, value, keyword) => {
    if (vip.address.family === 6) {
      const what = `a broadcast ${keyword} to the IPv6 address ${vip.word}`;
      say(`VRRP is trying to assign ${what} !!?? WTF... skipping VIP...`);
      return 'drop';
    }
    if (value === '+' || value === '-') {
      if (vip.prefix > 30) say(`Address prefix length ${vip.prefix} too long for broadcast`);
      else vip.broadcast = hostBits(vip.address.bytes, vip.prefix, value === '+');
      return 'ok';
    }
    const bytes = parseIpv4(value);
    if (!bytes) {
      say(`VRRP is trying to assign invalid broadcast ${value}. skipping VIP...`);
      return 'drop';
    }
    vip.broadcast = bytes;
    return 'ok';
  },
};

/** The options of an address line by keyword. */
export const addressOptions: Readonly<Record<string, AddressOption>> = {
  dev: {
    parameter: true,
    doc: 'interface to put the address on',
    apply: ({ vip, say, session }, value) => {
      if (vip.dev !== undefined) {
        say(`Cannot specify ipaddress device more than once for ${vip.word}`);
        return 'drop';
      }
      vip.dev = value;
      if (session.facts.interface(value) || session.globals.values.dynamic_interfaces) return 'ok';
      say(`WARNING - interface ${value} for ip address ${vip.word} doesn't exist`);
      session.missingInterface = true;
      return 'drop';
    },
  },
  scope: {
    parameter: true,
    doc: 'address scope, by name or number',
    apply: ({ vip, say, session }, value) => {
      const scope = SCOPES[value] ?? readNamed(session.facts, 'rt_scopes', value, 255);
      if (scope === undefined) say(`Invalid scope '${value}' specified for ${vip.word} - ignoring`);
      else if (vip.address.family === 6 && scope !== 0)
        say(`Cannot specify scope for IPv6 addresses (${vip.word}) - ignoring scope`);
      else vip.scope = scope;
      return 'ok';
    },
  },
  broadcast,
  brd: broadcast,
  label: {
    parameter: true,
    doc: 'alias label, IPv4 only',
    apply: ({ vip, say }, value) => {
      if (vip.address.family === 6) {
        say(`Cannot specify label for IPv6 addresses (${vip.word}) - ignoring label`);
        return 'ok';
      }
      if (value.length > MAX_LABEL) {
        say(`Address label ${value} is longer than maximum length ${MAX_LABEL} - removing address`);
        return 'drop';
      }
      vip.label = value;
      return 'ok';
    },
  },
  peer: { parameter: true, doc: 'address of the other end of a point-to-point link', apply: readPeer },
  home: flag(IFA_F_HOMEADDRESS, 'mark as home address (IPv6)'),
  '-nodad': {
    parameter: false,
    doc: 'do duplicate address detection',
    apply: ({ vip }) => {
      vip.flags &= ~IFA_F_NODAD;
      return 'ok';
    },
  },
  mngtmpaddr: flag(IFA_F_MANAGETEMPADDR, 'let the kernel make temporary addresses from it'),
  noprefixroute: flag(IFA_F_NOPREFIXROUTE, 'add no route for the prefix'),
  autojoin: flag(IFA_F_MCAUTOJOIN, 'join multicast groups on Ethernet level'),
  no_track: {
    parameter: false,
    doc: 'do not react when the address is lost',
    apply: ({ vip }) => {
      vip.track = false;
      return 'ok';
    },
  },
  preferred_lft: {
    parameter: true,
    doc: 'preferred lifetime in seconds, or `forever`',
    apply: ({ vip, say, session }, value) => {
      if (value === 'forever') {
        delete vip.preferredLft;
        return 'ok';
      }
      const { value: seconds, complaint } = readInteger(
        value,
        { min: 0, max: 4_294_967_295, lenient: true },
        { testing: session.facts.testing },
      );
      if (complaint !== undefined) say(complaint);
      if (seconds === undefined) say(`preferred_lft ${value} is invalid`);
      else vip.preferredLft = seconds;
      return 'ok';
    },
  },
  protocol: {
    parameter: true,
    doc: 'who the address belongs to, by name or number',
    since: 'v2.3.2',
    apply: ({ vip, say, session }, value) => {
      const protocol = readNamed(session.facts, 'rt_addrprotos', value, 255);
      if (protocol === undefined) say(`Invalid protocol '${value}' specified for ${vip.word} - ignoring`);
      else vip.protocol = protocol;
      return 'ok';
    },
  },
  track_group: {
    parameter: true,
    doc: 'track group that depends on the address',
    owner: 'static',
    apply: ({ vip, say, session }, value) => {
      if (vip.trackGroup !== undefined) {
        say(`track_group ${value} is a duplicate`);
        return 'end';
      }
      if (session.vrrp.trackGroups.has(value)) vip.trackGroup = value;
      else say(`track_group ${value} not found`);
      return 'ok';
    },
  },
  use_vmac: {
    parameter: false,
    owner: 'virtual',
    doc: 'put this address on a VMAC interface of its own',
    apply: ({ vip }) => {
      vip.useVmac = true;
      return 'ok';
    },
  },
};

function readPeer({ vip, say }: Reader, value: string): Outcome {
  if (vip.peer) {
    say(`Peer ${value} - another peer has already been specified`);
    // Upstream then looks at the address word once more, as an option.
    return 'reread';
  }
  const peer = parseAddress(value);
  if (!peer) {
    say(`VRRP parsed invalid IP ${value}. skipping IP...`);
    say(`Invalid peer address ${value}`);
  } else if (peer.family !== vip.address.family) {
    say(`Peer address ${value} does not match address family`);
  } else {
    if (vip.word.includes('/')) say('Cannot specify address prefix when specifying peer address - ignoring');
    vip.peer = peer.bytes;
  }
  return 'ok';
}

function hostBits(bytes: Uint8Array, prefix: number, set: boolean): Uint8Array {
  return bytes.map((byte, at) => {
    const hosts = 0xff >> Math.min(8, Math.max(0, prefix - at * 8));
    return set ? byte | hosts : byte & ~hosts;
  });
}

/** `accepts` says whether the address may join its list; it reports the reason when not. */
export function readAddressLine(
  line: Line,
  session: Session,
  accepts: (address: Address, word: string) => boolean,
  owner: RouteOwner = 'virtual',
): VipDraft | undefined {
  const word = line.words[0] ?? '';
  const say = (text: string): void => session.report(text, line);
  const prefix = readPrefixLength(word, session.facts.testing, say);
  const slash = word.indexOf('/');
  const address = parseAddress(slash < 0 ? word : word.slice(0, slash));
  if (!address) {
    say(`VRRP parsed invalid IP ${word}. skipping IP...`);
    return undefined;
  }
  const vip: VipDraft = {
    address,
    prefix,
    word,
    line,
    scope: 0,
    track: true,
    useVmac: false,
    flags: address.family === 6 ? IFA_F_NODAD : 0,
  };
  // An IPv6 host address is deprecated at once, so that the kernel never picks it as a source address.
  if (address.family === 6 && prefix === 128) vip.preferredLft = 0;
  if (!readOptions({ line, session, vip, say }, owner)) return undefined;
  return accepts(address, word) ? vip : undefined;
}

function readOptions(reader: Reader, owner: RouteOwner): boolean {
  const { vip, say } = reader;
  const { words } = reader.line;
  for (let at = 1; at < words.length; at++) {
    const keyword = words[at] ?? '';
    const known = Object.hasOwn(addressOptions, keyword) ? addressOptions[keyword] : undefined;
    const option = known?.owner === undefined || known.owner === owner ? known : undefined;
    if (!option) {
      say(`Unknown configuration entry '${keyword}' for ip address - ignoring`);
      continue;
    }
    const value = option.parameter ? words[at + 1] : '';
    if (value === undefined) {
      say(`No ${keyword} parameter specified for ${vip.word}`);
      return false;
    }
    const outcome = option.apply(reader, value, keyword);
    if (outcome === 'drop') return false;
    if (outcome === 'end') return true;
    if (option.parameter && outcome === 'ok') at++;
  }
  return true;
}
