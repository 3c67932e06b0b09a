/** The keywords of `vrrp_instance` that need more than a row: they look at each other or at the world. */
import type { Family } from '../../src/units.ts';
import { type Address, isLinkLocal, isMulticast, parseAddress } from '../codecs/address.ts';
import { MAX_INTERFACE_NAME } from '../codecs/names.ts';
import { readInteger } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import type { InstanceDraft, Scope, Session, VipDraft } from '../drafts.ts';
import { readAddressLine } from '../lines/address-line.ts';
import type { LvsSyncDaemon } from './lvs-sync-daemon.ts';
import { missingParameter } from './read-scalar.ts';
import { type Custom, custom, type RowBase } from './row.ts';
import { commandRow } from './scripts.ts';

export const ADDRESS_LINE = 'IPADDR[/PREFIX] [OPTION]...';

/** A prefix length after an address is accepted and means nothing (observed on 2.2.7). */
const parseBare = (word: string): Address | undefined => parseAddress(word.split('/', 1)[0] ?? '');

type Reader<T> = (word: string, line: Line, instance: InstanceDraft, session: Session) => T | undefined;

/** A keyword that must have an argument. */
function withArgument<T>(args: string, doc: string, read: Reader<T>, more: Omit<RowBase, 'doc'> = {}) {
  return custom<T>({
    args,
    doc,
    ...more,
    read: (line, scope, session) => {
      const word = line.words[1];
      if (word !== undefined) return read(word, line, scope as InstanceDraft, session);
      missingParameter(line, session);
      return undefined;
    },
  });
}

export const state = withArgument<'MASTER' | 'BACKUP'>(
  'MASTER|BACKUP',
  'Initial state; MASTER without a priority makes the instance the address owner.',
  (word, line, { name, values }, session) => {
    const before = values.state;
    if (word !== 'MASTER' && word !== 'BACKUP') {
      session.report(`(${name}) unknown state '${word}', defaulting to BACKUP`, line);
      return before === undefined ? 'BACKUP' : undefined;
    }
    if (word === 'BACKUP' && before === 'MASTER') {
      session.report(`(${name}) state previously set as MASTER - ignoring BACKUP`, line);
      return undefined;
    }
    return word;
  },
);

export const interfaceRow = withArgument<string>(
  'IFNAME',
  'Interface to run VRRP on.',
  (word, line, { name }, session) => {
    if (word.length > MAX_INTERFACE_NAME) {
      session.report(`Interface name '${word}' too long - ignoring`, line);
      return undefined;
    }
    const found = session.facts.interface(word);
    if (found?.loopback) {
      session.report(`(${name}) cannot use a loopback interface (${word}) for vrrp - ignoring`, line);
      return undefined;
    }
    if (!found && !session.globals.values.dynamic_interfaces) {
      session.report(`WARNING - interface ${word} for vrrp_instance ${name} doesn't exist`, line);
      session.missingInterface = true;
    }
    return word;
  },
);

export const vrf = withArgument<string>(
  'IFNAME',
  'VRF of an unicast instance without an interface.',
  (word, line, { name, values }, session) => {
    if (values.interface !== undefined) {
      session.report(`(${name}) Cannot specify VRF interface and interface - ignoring`, line);
      return undefined;
    }
    if (values.vrf !== undefined) {
      session.report(`(${name}) VRF interface already specified as '${String(values.vrf)}' - ignoring`, line);
      return undefined;
    }
    if (!session.facts.interface(word) && !session.globals.values.dynamic_interfaces) {
      session.report(`(${name}) WARNING - VRF interface ${word} doesn't exist`, line);
      session.missingInterface = true;
      return undefined;
    }
    return word;
  },
);

/** Says so and answers false when the address is of the other family; the first address fixes the family. */
function joinsFamily(instance: InstanceDraft, family: Family, mismatch: () => void): boolean {
  instance.family ??= family;
  if (instance.family === family) return true;
  mismatch();
  return false;
}

export function sourceAddress(doc: string, unicast: boolean): Custom<Address, undefined> {
  return withArgument<Address>('IPADDR', doc, (word, line, instance, session) => {
    if (unicast) instance.unicast = true;
    const address = parseBare(word);
    const place = `VRRP instance[${instance.name}]`;
    if (!address) {
      session.report(`Configuration error: ${place} malformed src address[${word}]. Skipping...`, line);
      return undefined;
    }
    const mismatch = () => {
      const text = `${place} and src address[${word}] MUST be of the same family !!! Skipping...`;
      session.report(`Configuration error: ${text}`, line);
    };
    if (!joinsFamily(instance, address.family, mismatch)) return undefined;
    // Both keywords set one and the same source address; the later one counts.
    delete instance.values[unicast ? 'mcast_src_ip' : 'unicast_src_ip'];
    return address;
  });
}

export const multicastDestination = withArgument<Address>(
  'IPADDR',
  'Multicast group of this instance.',
  (word, line, instance, session) => {
    const address = parseBare(word);
    const say = (text: string): void => session.report(`(${instance.name}) ${text} Skipping...`, line);
    if (!address) {
      say(`malformed mcast dest address ${word}.`);
      return undefined;
    }
    const mismatch = () => say(`mcast_dst_ip ${word} MUST match VRRP instance family.`);
    if (!joinsFamily(instance, address.family, mismatch)) return undefined;
    if (!isMulticast(address)) {
      say(`mcast_dst_ip ${word} not multicast.`);
      return undefined;
    }
    return address;
  },
);

/** `version` counts once; what the addresses imply counts as given. */
export const version = withArgument<2 | 3>('2|3', 'VRRP version.', (word, line, instance, session) => {
  const options = { min: 2, max: 3, signed: true, lenient: true };
  const { value, complaint } = readInteger(word, options, { testing: session.facts.testing });
  const { name } = instance;
  if (complaint !== undefined) session.report(complaint, line);
  if (value !== 2 && value !== 3) {
    session.report(`(${name}): Version must be either 2 or 3`, line);
    return undefined;
  }
  const conflict =
    instance.version !== undefined ? instance.version !== value : instance.family === 6 && value === 2;
  if (conflict) {
    const deduced = instance.version ?? 0;
    const text = `vrrp_version ${value} conflicts with configured or deduced version ${deduced}; ignoring.`;
    session.report(`(${name}) ${text}`, line);
    return undefined;
  }
  instance.version = value;
  return value;
});

export const nativeIpv6 = custom<boolean>({
  args: '',
  doc: 'Force IPv6; the family follows from the addresses anyway.',
  read: (line, scope, session) => {
    const instance = scope as InstanceDraft;
    if (instance.family === 4) {
      session.report(`(${instance.name}) Cannot specify native_ipv6 with IPv4 addresses`, line);
      return undefined;
    }
    instance.family = 6;
    instance.version ??= 3;
    return true;
  },
});

export const preempt = custom<boolean>({
  args: '',
  doc: 'Take over from a master of lower priority; the default, clears nopreempt.',
  read: (_line, scope) => {
    delete scope.values.nopreempt;
    return true;
  },
});

/** Of `accept` and `no_accept` the last one holds (seen with 2.2.7). */
export const acceptMode = (opposite: 'accept' | 'no_accept', doc: string): Custom<boolean, undefined> =>
  custom({
    args: '',
    doc,
    read: (_line, scope) => {
      delete scope.values[opposite];
      return true;
    },
  });

/** The block or keyword makes the instance unicast, even when it names no peer. */
export function marksUnicast(_line: Line, scope: Scope): boolean {
  (scope as InstanceDraft).unicast = true;
  return true;
}

export const unicastFlag = (doc: string): Custom<boolean, undefined> =>
  custom({ args: '', doc, read: (line, scope) => marksUnicast(line, scope) });

export const oldUnicastChecksum = custom<'on' | 'never'>({
  args: '[never]',
  doc: 'Checksum of keepalived before 1.3.7 for VRRPv3 unicast.',
  read: (line, scope, session) => {
    marksUnicast(line, scope);
    const word = line.words[1];
    if (word === undefined) return 'on';
    if (word === 'never') return 'never';
    session.report(`(${scope.name}) Unknown old_unicast_chksum mode ${word} - ignoring`, line);
    return undefined;
  },
});

export function virtualAddress(line: Line, scope: Scope, session: Session): VipDraft | undefined {
  const instance = scope as InstanceDraft;
  const { name } = instance;
  const vip = readAddressLine(line, session, (address, word) => {
    const say = (text: string): void => session.report(`(${name}): ${text} - ignoring`, line);
    const mismatch = () => say(`address family must match VRRP instance [${word}]`);
    if (!joinsFamily(instance, address.family, mismatch)) return false;
    // 2.2.7 keeps both, and the kernel refuses the second one.
    if (instance.knownVips.has(address)) {
      say(`VIP duplicates a VIP ${word}`);
      return false;
    }
    return true;
  });
  if (!vip) return undefined;
  instance.knownVips.add(vip.address);
  instance.vips.push(vip);
  return vip;
}

export function excludedAddress(line: Line, scope: Scope, session: Session): VipDraft | undefined {
  const instance = scope as InstanceDraft;
  const vip = readAddressLine(line, session, (address, word) => {
    const { knownVips, knownExcludedVips } = instance;
    const kind = knownVips.has(address) ? 'VIP' : knownExcludedVips.has(address) ? 'eVIP' : undefined;
    if (kind === undefined) return true;
    session.report(`(${instance.name}): Excluded VIP duplicates a ${kind} ${word} - ignoring`, line);
    return false;
  });
  if (!vip) return undefined;
  instance.knownExcludedVips.add(vip.address);
  instance.excludedVips.push(vip);
  return vip;
}

export const notifyDeleted = commandRow({
  doc: 'Report DELETED instead of FAULT when a reload removes the instance, and run the command.',
  owner: 'vrrp',
  again: '({name}) notify_deleted already specified - ignoring {command}',
  optional: true,
});

export const lvsSyncDaemonInterface = custom<string>({
  args: 'IFNAME',
  doc: 'Old form of the global lvs_sync_daemon.',
  read: (line, scope, session) => {
    session.report(
      `(${scope.name}) Specifying lvs_sync_daemon_interface against a vrrp is deprecated.`,
      line,
    );
    // Upstream lines the second message up with the name in the first one.
    const indent = ' '.repeat(6 + Math.abs(scope.name.length - 2));
    session.report(`${indent}Please use global lvs_sync_daemon`, line);
    const word = line.words[1];
    // There is one daemon for all instances, and it may have been named in global_defs.
    const shared = session.globals.values.lvs_sync_daemon as LvsSyncDaemon | undefined;
    const given = session.instances.map(({ values }) => values.lvs_sync_daemon_interface);
    const before = shared?.interface ?? given.find((other) => other !== undefined);
    if (word === undefined) missingParameter(line, session);
    else if (before === undefined) return word;
    else {
      const text = `lvs_sync_daemon_interface has already been specified as ${String(before)} - ignoring`;
      session.report(`(${scope.name}) ${text}`, line);
    }
    return undefined;
  },
});

export interface GarpExtraInterfaces {
  readonly seconds: number;
  readonly all: boolean;
}

/** `[all] SECONDS`, in an instance and in global_defs, under an old and a new name. */
export function garpExtra(
  line: Line,
  session: Session,
  prefix: string,
  min: number,
): GarpExtraInterfaces | undefined {
  const [keyword = '', ...args] = line.words;
  const all = args[0] === 'all';
  const word = all ? args[1] : args[0];
  if (word === undefined) {
    session.report(`${prefix}${keyword} specified without time - ignoring`, line);
    return undefined;
  }
  const mode = { testing: session.facts.testing };
  const { value, complaint } = readInteger(word, { min, max: 86_400, lenient: true }, mode);
  if (complaint !== undefined) session.report(complaint, line);
  if (value === undefined) session.report(`${prefix}${keyword} '${word}' invalid - ignoring`, line);
  return value === undefined ? undefined : { seconds: value, all };
}

export const garpExtraIf = custom<GarpExtraInterfaces>({
  args: '[all] SECONDS',
  doc: 'Seconds between gratuitous ARPs for addresses on other interfaces; 0 = none.',
  read: (line, scope, session) => garpExtra(line, session, `(${scope.name}): `, 0),
});

export const vmacGarpIntvl = custom<GarpExtraInterfaces>({
  args: '[all] SECONDS',
  doc: 'Old name of garp_extra_if.',
  deprecated: 'Keyword "vmac_garp_intvl" is deprecated - please use "garp_extra_if"',
  read: (line, scope, session) => {
    const value = garpExtra(line, session, `(${scope.name}): `, 0);
    if (value) scope.values.garp_extra_if = value;
    return value;
  },
});

/** An IPv6 advert carries a link-local address first (RFC 9568 section 5.2.9). */
export const startsLinkLocal = (vips: readonly VipDraft[]): boolean =>
  isLinkLocal(vips[0]?.address.bytes ?? new Uint8Array(0));
