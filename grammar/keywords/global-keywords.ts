/** The keywords of `global_defs` with a grammar of their own. */
import type { Family } from '../../src/units.ts';
import { type Address, isMulticast, parseAddress } from '../codecs/address.ts';
import { boolean, type Codec, text } from '../codecs/codec.ts';
import { decimalSeconds, readInteger } from '../codecs/numbers.ts';
import { LOG_ONLY, type Session } from '../drafts.ts';
import { NO_CHECKS } from '../include.ts';
import { type GarpExtraInterfaces, garpExtra } from './instance-keywords.ts';
import { missingParameter } from './read-scalar.ts';
import { type Custom, custom, type Process, type Scalar, scalar } from './row.ts';
import { accountFor, commandRow, type DefaultUser, findAccount } from './scripts.ts';

const mode = (session: Session) => ({ testing: session.facts.testing });

/** The kernel keeps 15 characters of a process name. */
const MAX_PROCESS_NAME = 15;

export function processName(whose: string, process: Process, aliasOf?: string): Scalar<string, undefined> {
  const codec: Codec<string> = {
    ...text,
    parse: (word) =>
      word.length > MAX_PROCESS_NAME
        ? {
            value: word.slice(0, MAX_PROCESS_NAME),
            complaint: `Process name ${word} more than 15 characters, truncating`,
          }
        : { value: word },
  };
  return scalar(codec, { doc: `Name of ${whose}.`, process, ...(aliasOf === undefined ? {} : { aliasOf }) });
}

export const emailFrom = custom<string>({
  args: 'EMAIL',
  doc: 'Sender of mails.',
  process: 'all',
  read: (line, _scope, session) => {
    const [, from, ...rest] = line.words;
    if (from === undefined) {
      session.report('emailfrom missing - ignoring', line);
      return undefined;
    }
    // 2.2.7 drops further words in silence.
    if (rest[0] !== undefined) {
      session.report(`emailfrom - ignoring extra entries '${rest[0]}' ...`, line, LOG_ONLY);
    }
    return from;
  },
});

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
}

export const smtpServer = custom<SmtpServer>({
  args: 'IPADDR|HOSTNAME [PORT]',
  doc: 'Mail server.',
  process: 'all',
  read: (line, _scope, session) => {
    const [, host, port] = line.words;
    if (host === undefined) {
      missingParameter(line, session);
      return undefined;
    }
    const parsed =
      port === undefined ? { value: 25 } : readInteger(port, { min: 1, max: 65_535 }, mode(session));
    if (parsed.complaint !== undefined) session.report(parsed.complaint, line);
    // Where nobody can be asked, a name that could exist is taken and resolved when a mail is sent.
    const named = /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(host) && (session.facts.resolves?.(host) ?? true);
    if (parsed.value !== undefined && (parseAddress(host) || named)) return { host, port: parsed.value };
    session.report(`Invalid smtp server ${host} ${port ?? '25'}`, line);
    return undefined;
  },
});

export const heloName = custom<string>({
  args: 'NAME',
  doc: 'Name given to the mail server; the host name when absent.',
  process: 'all',
  read: (line) => line.words[1],
});

export const startStopScript = (which: 'startup' | 'shutdown') =>
  commandRow({
    doc: which === 'startup' ? 'Run before anything else.' : 'Run after everything else.',
    owner: 'startup',
    process: 'parent',
    missing: `${which} script missing`,
    again: `${which} script already specified`,
    badUser: `Invalid ${which} script`,
  });

export const dynamicInterfaces = custom<'yes' | 'allow_if_changes'>({
  args: '[allow_if_changes]',
  doc: 'Interfaces may appear and disappear while the daemon runs.',
  read: (line, _scope, session) => {
    const option = line.words[1];
    if (option === undefined) return 'yes';
    if (option === 'allow_if_changes') return option;
    session.report(`Unknown dynamic_interfaces option '${option}'`, line);
    return 'yes';
  },
});

export const defaultInterface = custom<string>({
  args: 'IFNAME',
  doc: 'Interface of static addresses that name none.',
  read: (line, _scope, session) => {
    const name = line.words[1];
    if (name === undefined) session.report('default_interface requires interface name', line);
    return name;
  },
});

export interface LvsTimeouts {
  readonly tcp?: number;
  readonly tcpfin?: number;
  readonly udp?: number;
}

export const lvsTimeouts = custom<LvsTimeouts>({
  args: '[tcp N] [tcpfin N] [udp N]',
  doc: 'IPVS connection timeouts in seconds.',
  process: 'checker',
  read: (line, _scope, session) => {
    const words = line.words.slice(1);
    if (words.length < 2) {
      session.report('lvs_timeouts requires at least one option', line);
      return undefined;
    }
    const timeouts: Record<string, number> = {};
    for (let at = 0; at < words.length; at++) {
      const key = words[at] ?? '';
      if (key !== 'tcp' && key !== 'tcpfin' && key !== 'udp') {
        session.report(`Unknown option ${key} specified for lvs_timeouts`, line);
        continue;
      }
      const word = words[++at];
      if (word === undefined) {
        session.report(`No value specified for lvs_timeout ${key} - ignoring`, line);
        break;
      }
      const { value, complaint } = readInteger(word, { min: 0, max: 2_678_400 }, mode(session));
      if (complaint !== undefined) session.report(complaint, line);
      if (value === undefined) session.report(`Invalid lvs_timeout ${key} (${word}) - ignoring`, line);
      else timeouts[key] = value;
    }
    return timeouts;
  },
});

export const lvsFlushOnStop = (aliasOf?: string): Custom<'all' | 'VS', undefined> =>
  custom({
    args: '[VS]',
    doc: 'Empty the IPVS table at the end; VS = only the own services.',
    process: 'checker',
    read: (line, scope, session) => {
      const word = line.words[1];
      if (word !== undefined && word !== 'VS') {
        session.report(`Unknown lvs_flush_on_stop type ${word}`, line);
        return undefined;
      }
      const value = word === 'VS' ? 'VS' : 'all';
      if (aliasOf !== undefined) scope.values[aliasOf] = value;
      return value;
    },
  });

export function multicastGroup(family: Family): Custom<Address, undefined> {
  return custom({
    args: family === 4 ? 'IPV4' : 'IPV6',
    doc: `Multicast group of IPv${family} adverts.`,
    read: (line, _scope, session) => {
      const [keyword = '', word] = line.words;
      if (word === undefined) {
        missingParameter(line, session);
        return undefined;
      }
      const address = parseAddress(word);
      const refuse = (why: string): undefined => {
        session.report(`${why}. Skipping`, line);
        return undefined;
      };
      if (!address) return refuse(`Can't parse ${keyword} [${word}]`);
      if (address.family !== family) return refuse(`${keyword} [${word}] is not IPv${family}`);
      if (!isMulticast(address)) return refuse(`${keyword} [${word}] is not multicast`);
      if (family === 6 && ((address.bytes[1] ?? 0) & 0x0f) !== 2) {
        session.report(`${keyword} [${word}] should be link-local multicast.`, line);
      }
      return address;
    },
  });
}

/** Takes effect on the settings that nobody has set yet, so its place among them matters. */
export const minGarp = custom<boolean>({
  args: '[BOOL]',
  doc: 'One gratuitous ARP only, for the settings not given before.',
  read: (line, scope, session) => {
    const word = line.words[1];
    const { value } = word === undefined ? { value: true } : boolean.parse(word, mode(session));
    if (value === undefined) session.report('Invalid value for vrrp_min_garp specified', line);
    if (!value) return value;
    scope.values.vrrp_garp_master_delay ??= 0;
    scope.values.vrrp_garp_master_repeat ??= 1;
    scope.values.vrrp_garp_master_refresh ??= 0;
    return true;
  },
});

export const globalGarpExtra = custom<GarpExtraInterfaces>({
  args: '[all] SECONDS',
  doc: 'Default of garp_extra_if.',
  read: (line, _scope, session) => garpExtra(line, session, '', 1),
});

export const globalVmacGarp = custom<GarpExtraInterfaces>({
  args: '[all] SECONDS',
  doc: 'Old name of vrrp_garp_extra_if.',
  deprecated: 'Keyword "vrrp_vmac_garp_intvl" is deprecated - please use "vrrp_garp_extra_if"',
  read: (line, scope, session) => {
    const value = garpExtra(line, session, '', 1);
    if (value) scope.values.vrrp_garp_extra_if = value;
    return value;
  },
});

export const iptables = custom<string>({
  args: '[IN_CHAIN [OUT_CHAIN]]',
  doc: 'Former way to drop packets for the addresses; nftables is used instead.',
  deprecated:
    "iptables not supported, using nftables instead. Please replace 'vrrp_iptables and " +
    "'vrrp_ipsets' with 'nftables' config option",
  read: (_line, scope) => {
    scope.values.nftables ??= 'keepalived';
    return 'keepalived';
  },
});

export const words = (args: string, doc: string): Custom<readonly string[], undefined> =>
  custom({ args, doc, read: (line) => line.words.slice(1) });

/** NFT_TABLE_MAXNAMELEN less the terminating NUL. */
const MAX_TABLE_NAME = 255;

export function nftables(
  keyword: string,
  table: string,
  label: string,
  process: Process,
): Custom<string, undefined> {
  return custom({
    args: '[TABLE]',
    doc: `Use nftables, table ${table} when none is named.`,
    process,
    read: (line, scope, session) => {
      if (scope.values[keyword] !== undefined) {
        session.report(`${label} already specified - ignoring`, line);
        return undefined;
      }
      const name = line.words[1] ?? table;
      const long = name.length > MAX_TABLE_NAME;
      if (!long && name !== '') return name;
      const kind = process === 'checker' ? 'nftables ipvs' : 'nftables';
      session.report(
        `VRRP Error : ${kind} chain name ${long ? 'too long - ignored' : 'empty - ignored'}`,
        line,
      );
      return undefined;
    },
  });
}

export const realTimePriority = (process: 'vrrp' | 'checker' | 'bfd'): Custom<number, undefined> =>
  custom({
    args: 'INT(1..99)',
    doc: `Real-time priority of the ${process} process.`,
    process,
    read: (line, _scope, session) => {
      const word = line.words[1];
      if (word === undefined) {
        session.report(`No ${process} process real-time priority specified`, line);
        return undefined;
      }
      const options = { min: -2_147_483_648, max: 2_147_483_647, signed: true, lenient: true };
      const { value, complaint } = readInteger(word, options, mode(session));
      const label = `${process} process real-time priority`;
      if (complaint !== undefined) session.report(complaint, line);
      if (value === undefined) session.report(`${label} '${word}' invalid`, line);
      else if (value < 1) session.report(`${label} ${value} less than minimum 1 - setting to minimum`, line);
      else if (value > 99)
        session.report(`${label} ${value} greater than maximum 99 - setting to maximum`, line);
      return value === undefined ? undefined : Math.min(99, Math.max(1, value));
    },
  });

export const cpuAffinity = (process: 'vrrp' | 'checker' | 'bfd'): Custom<readonly number[], undefined> =>
  custom({
    args: 'CPU...',
    doc: `Processors the ${process} process may use.`,
    process,
    read: (line, _scope, session) => {
      const cpus: number[] = [];
      const max = (session.facts.cpuCount ?? 1) - 1;
      if (line.words.length < 2) session.report(`No ${process} cpu_id set specified`, line);
      for (const word of line.words.slice(1)) {
        const options = { min: 0, max, signed: true, lenient: true };
        const { value, complaint } = readInteger(word, options, mode(session));
        if (complaint !== undefined) session.report(complaint, line);
        if (value === undefined) {
          // One bad number drops the whole set. Upstream prints the 32-bit number it made of the word.
          session.report(
            `Invalid cpu_id:${Number.parseInt(word, 10) | 0} specified for ${process} process`,
            line,
          );
          return undefined;
        }
        cpus.push(value);
      }
      return cpus.length > 0 ? cpus : undefined;
    },
  });

export interface Fifo {
  readonly path: string;
  /** The account that it belongs to. */
  readonly uid: number;
  readonly gid: number;
}

export const fifo = (doc: string, process: Process): Custom<Fifo, undefined> =>
  custom({
    args: 'PATH [USER [GROUP]]',
    doc,
    process,
    read: (line, scope, session) => {
      const [keyword = '', path, user, group] = line.words;
      if (path === undefined) {
        session.report(`No ${keyword} name specified`, line);
        return undefined;
      }
      if (scope.values[keyword] !== undefined) {
        session.report(`${keyword} already specified - ignoring ${path}`, line);
        return undefined;
      }
      // Upstream leaves `notify_fifo` out of this name, with the blank behind it.
      const what = `${keyword.replace('notify_fifo', '')} fifo ${path}`;
      const account = accountFor(what, { user, group }, line, session);
      return account && { path, ...account };
    },
  });

export const snmpSocket = custom<string>({
  args: 'TRANSPORT:ADDRESS',
  doc: 'Where the SNMP master agent listens.',
  process: 'all',
  read: (line, scope, session) => {
    const [, socket, extra] = line.words;
    const before = scope.values.snmp_socket;
    if (extra !== undefined) session.report('Too many parameters specified for snmp_socket - ignoring', line);
    else if (socket === undefined) session.report('SNMP error : snmp socket name missing', line);
    else if (before === undefined) return socket;
    else session.report(`SNMP socket already set to ${String(before)} - ignoring`, line);
    return undefined;
  },
});

export const snmpInterval = (of: string) =>
  scalar(decimalSeconds(0.001, 30), {
    doc: `Seconds for which SNMP statistics of ${of} are kept.`,
    since: 'v2.3.0',
    process: 'checker',
    bad: "snmp stats vs update interval '{value}' invalid - ignoring",
  });

export const scriptUser = custom<DefaultUser>({
  args: 'USER [[:]GROUP]',
  doc: 'Account of scripts that name none.',
  process: 'all',
  read: (line, _scope, session) => {
    const [, user, group] = line.words;
    if (user === undefined) {
      session.report('No script username specified', line);
      return undefined;
    }
    const account = findAccount(user, group, line, session);
    if (account) return account;
    session.report('Error setting global script uid/gid', line);
    return 'invalid';
  },
});

export type RxBufsPolicy = 'MTU' | 'ADVERT' | number;

export const rxBufsPolicy = custom<RxBufsPolicy>({
  args: 'MTU|ADVERT|UINT',
  doc: 'How large receive buffers are.',
  read: (line, _scope, session) => {
    const given = line.words.slice(1);
    if (given.length === 0) session.report('vrrp_rx_bufs_policy missing', line);
    let policy: RxBufsPolicy | undefined;
    for (const word of given) {
      const name = word.toUpperCase();
      if (name !== 'MTU' && name !== 'ADVERT') {
        // Upstream reads the number from the first argument, wherever it meets one.
        const { value, complaint } = readInteger(
          given[0] ?? '',
          { min: 0, max: 4_294_967_295 },
          mode(session),
        );
        if (complaint !== undefined) session.report(complaint, line);
        if (value === undefined) session.report(`Invalid vrrp_rx_bufs_policy ${word}`, line);
        else policy = value;
      } else if (typeof policy === 'number') {
        session.report('Cannot set vrrp_rx_bufs_policy size and policy, ignoring policy', line);
      } else if (policy !== undefined && policy !== name) {
        session.report('Cannot set both vrrp_rx_bufs_policy MTU and ADVERT, ignoring ADVERT', line);
        policy = 'MTU';
      } else {
        policy = name;
      }
    }
    return policy;
  },
});

const UMASK_BITS: Readonly<Record<string, number>> = {
  IXUSR: 0o100,
  IWUSR: 0o200,
  IRUSR: 0o400,
  IRWXU: 0o700,
  IXGRP: 0o010,
  IWGRP: 0o020,
  IRGRP: 0o040,
  IRWXG: 0o070,
  IXOTH: 0o001,
  IWOTH: 0o002,
  IROTH: 0o004,
  IRWXO: 0o007,
};

export const umask = custom<number>({
  args: 'NUMBER|BIT [| BIT]...',
  doc: 'Permissions that files and scripts never get.',
  process: 'all',
  read: (line, _scope, session) => {
    const [, word, ...rest] = line.words;
    const refuse = (why: string): undefined => {
      session.report(why, line);
      return undefined;
    };
    if (word === undefined) {
      missingParameter(line, session);
      return undefined;
    }
    if (/^\d/.test(word)) {
      if (rest.length > 0) return refuse('Extra parameter(s) to umask option');
      const value = /^0[0-7]*$/.test(word) ? Number.parseInt(word, 8) : Number(word);
      return Number.isInteger(value) && value <= 0o777 ? value : refuse(`invalid umask value ${word}`);
    }
    return readUmaskBits([word, ...rest], refuse);
  },
});

/**
 * Bits and bars may stand together or apart. 2.2.7 does not know the IRWX names, although its manual does.
 */
function readUmaskBits(words: readonly string[], refuse: (why: string) => undefined): number | undefined {
  const tokens = words.flatMap((word) => word.split(/(\|)/).filter((part) => part !== ''));
  let bits = 0;
  for (const [at, token] of tokens.entries()) {
    if (at % 2 === 1) {
      if (token !== '|') return refuse(`Invalid umask syntax ${token}`);
      continue;
    }
    const bit = Object.hasOwn(UMASK_BITS, token) ? UMASK_BITS[token] : undefined;
    if (bit === undefined) return refuse(`Unknown umask bit ${token}`);
    bits |= bit;
  }
  return tokens.length % 2 === 0 ? refuse('umask missing bit value') : bits;
}

/** The source stage acts on this keyword; here it is only checked. */
export const includeCheck = custom<readonly string[]>({
  args: '[[+|-]read|match|wildcard_match|brace_match]...',
  doc: 'What must hold for include lines, from here to the end of the file.',
  process: 'all',
  read: (line, _scope, session) => {
    const given = line.words.slice(1);
    for (const [at, word] of given.entries()) {
      const name = word.replace(/^[+-]/, '');
      if (at > 0 && name === word) {
        session.report(`Duplicate include_check '${word}' specified - ignoring`, line);
      } else if (!Object.hasOwn(NO_CHECKS, name)) {
        session.report(`Unknown include_check type '${name}' - ignoring`, line);
      }
    }
    return given;
  },
});
