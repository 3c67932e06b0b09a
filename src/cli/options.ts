/** The options of the daemon, as cli.tsv of the compatibility facts lists them, read into one record. */
import { releaseOf } from '../../grammar/releases.ts';
import { type OptionSpec, readCommandLine } from './getopt.ts';

export const daemonOptions: readonly OptionSpec[] = [
  { long: 'use-file', short: 'f', argument: 'required' },
  { long: 'vrrp', short: 'P', argument: 'none' },
  { long: 'check', short: 'C', argument: 'none' },
  { long: 'no_bfd', short: 'B', argument: 'none' },
  { long: 'all', argument: 'none' },
  { long: 'log-console', short: 'l', argument: 'none' },
  { long: 'log-detail', short: 'D', argument: 'none' },
  { long: 'log-facility', short: 'S', argument: 'required' },
  { long: 'log-file', short: 'g', argument: 'optional' },
  { long: 'flush-log-file', argument: 'none' },
  { long: 'no-syslog', short: 'G', argument: 'none' },
  { long: 'umask', short: 'u', argument: 'required' },
  { long: 'release-vips', short: 'X', argument: 'none' },
  { long: 'dont-release-vrrp', short: 'V', argument: 'none' },
  { long: 'dont-release-ipvs', short: 'I', argument: 'none' },
  { long: 'dont-respawn', short: 'R', argument: 'none' },
  { long: 'dont-fork', short: 'n', argument: 'none' },
  { long: 'dump-conf', short: 'd', argument: 'none' },
  { long: 'pid', short: 'p', argument: 'required' },
  { long: 'vrrp_pid', short: 'r', argument: 'required' },
  { long: 'genhash', short: 'T', argument: 'none' },
  { long: 'checkers_pid', short: 'c', argument: 'required' },
  { long: 'address-monitoring', short: 'a', argument: 'none' },
  { long: 'bfd_pid', short: 'b', argument: 'required' },
  { long: 'snmp', short: 'x', argument: 'none' },
  { long: 'snmp-agent-socket', short: 'A', argument: 'required' },
  { long: 'namespace', short: 's', argument: 'required' },
  { long: 'core-dump', short: 'm', argument: 'none' },
  { long: 'core-dump-pattern', short: 'M', argument: 'optional' },
  { long: 'all-config', short: 'e', argument: 'none' },
  { long: 'config-id', short: 'i', argument: 'required' },
  { long: 'signum', argument: 'required' },
  { long: 'config-test', short: 't', argument: 'optional' },
  // Between keepalived's own processes; a daemon that is started with it takes no notice (seen with 2.2.7).
  { long: 'config-fd', argument: 'required' },
  { long: 'ignore-sigint', argument: 'none' },
  { long: 'version', short: 'v', argument: 'none' },
  { long: 'help', short: 'h', argument: 'none' },
  // An alived extension, for -t: the release of keepalived whose keywords count.
  { long: 'as', argument: 'required' },
  // An alived extension: console lines as JSON.
  { long: 'log-json', argument: 'none' },
];

export interface DaemonOptions {
  readonly file: string;
  readonly foreground: boolean;
  readonly console: boolean;
  readonly json: boolean;
  readonly detail: boolean;
  readonly syslog: boolean;
  /** RFC 3164 facility number. */
  readonly facility: number;
  readonly umask: number | undefined;
  readonly pidFile: string | undefined;
  readonly vrrpPidFile: string | undefined;
  readonly checkerPidFile: string | undefined;
  readonly bfdPidFile: string | undefined;
  /** False with -C: only checkers. */
  readonly vrrp: boolean;
  /** False with -P: only VRRP. */
  readonly checker: boolean;
  /** False with -I: the IPVS table outlives the daemon. */
  readonly releaseIpvs: boolean;
  /** False with -V: addresses, routes and rules outlive the daemon. */
  readonly releaseVrrp: boolean;
  /** --all: every child runs, with or without something to do. */
  readonly all: boolean;
  /** -d: what dumps would say goes to the log. */
  readonly dumpsConfig: boolean;
  /** -a: every address that comes and goes is told of. */
  readonly reportsAddresses: boolean;
  /** -x: every part of SNMP, whatever the file says. */
  readonly snmp: boolean;
  /** -A: where the agent listens. */
  readonly snmpSocket: string | undefined;
  /** -m: core files of any size. */
  readonly coreFiles: boolean;
  /** -M: the kernel's core_pattern meanwhile. */
  readonly corePattern: string | undefined;
  /** False with -B. */
  readonly bfd: boolean;
  readonly respawn: boolean;
  readonly namespace: string | undefined;
  readonly strictIncludes: boolean;
  readonly configId: string | undefined;
  readonly ignoreInterrupt: boolean;
  /** For -t: the release of keepalived whose keywords count. */
  readonly as: string | undefined;
  /** `true` tests to stderr, a string to that file. */
  readonly test: boolean | string;
}

export type ParsedOptions =
  | {
      readonly ok: true;
      readonly options: DaemonOptions;
      readonly signum: string | undefined;
      readonly show: 'version' | 'help' | undefined;
      readonly genhash: boolean;
      /** To stdout and stderr before anything else happens. */
      readonly stdout: readonly string[];
      readonly stderr: readonly string[];
    }
  | { readonly ok: false; readonly error: string };

const DEFAULT_CORE_PATTERN = 'core';
const FACILITY_DAEMON = 3;
const FACILITY_USER = 1;
const FACILITY_LOCAL0 = 16;

export const DEFAULT_CONFIG_FILE = '/etc/keepalived/keepalived.conf';

export function parseDaemonOptions(args: readonly string[]): ParsedOptions {
  const line = readCommandLine(args, daemonOptions);
  if (!line.ok) return line;
  const has = (long: string): boolean => line.options.some((option) => option.long === long);
  const value = (long: string): string | undefined =>
    line.options.findLast((option) => option.long === long)?.value;
  if (has('log-file')) {
    return { ok: false, error: '-g requires configure option --enable-log-file' };
  }
  const asWord = value('as');
  const as = asWord === undefined ? undefined : releaseOf(asWord);
  if (asWord !== undefined && as === undefined) {
    return { ok: false, error: `--as needs a version such as 2.4.3, not '${asWord}'` };
  }
  const stderr: string[] = [];
  const facilityWord = value('log-facility');
  const facility = facilityWord === undefined ? FACILITY_DAEMON : facilityOf(facilityWord);
  if (facility === undefined) stderr.push(`Invalid log facility '${facilityWord}'`);
  const stdout = line.words.length === 0 ? [] : [`Unexpected argument(s): ${line.words.join(' ')} `];
  const umaskWord = value('umask');
  const test = has('config-test') ? (value('config-test') ?? true) : false;
  const options: DaemonOptions = {
    file: value('use-file') ?? DEFAULT_CONFIG_FILE,
    foreground: has('dont-fork') || test !== false,
    console: has('log-console') || has('log-json'),
    json: has('log-json'),
    detail: has('log-detail'),
    syslog: !has('no-syslog'),
    facility: facility ?? FACILITY_DAEMON,
    umask: umaskWord === undefined ? undefined : readMask(umaskWord),
    pidFile: value('pid'),
    vrrpPidFile: value('vrrp_pid'),
    checkerPidFile: value('checkers_pid'),
    bfdPidFile: value('bfd_pid'),
    vrrp: !has('check'),
    checker: !has('vrrp'),
    releaseIpvs: !has('dont-release-ipvs'),
    // -X asks for what a stop does anyway (seen with 2.2.7).
    releaseVrrp: !has('dont-release-vrrp'),
    all: has('all'),
    dumpsConfig: has('dump-conf'),
    reportsAddresses: has('address-monitoring'),
    snmp: has('snmp'),
    snmpSocket: value('snmp-agent-socket'),
    coreFiles: has('core-dump') || has('core-dump-pattern'),
    corePattern: has('core-dump-pattern') ? (value('core-dump-pattern') ?? DEFAULT_CORE_PATTERN) : undefined,
    bfd: !has('no_bfd'),
    respawn: !has('dont-respawn'),
    namespace: value('namespace'),
    strictIncludes: has('all-config'),
    configId: value('config-id'),
    ignoreInterrupt: has('ignore-sigint'),
    as,
    test,
  };
  const show = has('version') ? 'version' : has('help') ? 'help' : undefined;
  return { ok: true, options, signum: value('signum'), show, genhash: has('genhash'), stdout, stderr };
}

/** A C number: octal with a leading 0, hexadecimal with 0x. Anything else leaves the default. */
function readMask(word: string): number | undefined {
  if (/^0[0-7]*$/.test(word)) return Number.parseInt(word, 8);
  return /^(0[xX][0-9a-fA-F]+|[1-9][0-9]*)$/.test(word) ? Number(word) & 0o777 : undefined;
}

/** 0-7, local0-local7, user or daemon. */
function facilityOf(word: string): number | undefined {
  if (word === 'daemon') return FACILITY_DAEMON;
  if (word === 'user') return FACILITY_USER;
  const number = /^(?:local)?([0-7])$/.exec(word)?.[1];
  return number === undefined ? undefined : FACILITY_LOCAL0 + Number(number);
}
