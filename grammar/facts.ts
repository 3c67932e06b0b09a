/**
 * What the language may ask of the world while it checks a configuration: interfaces, users, files, scripts.
 * No I/O happens in grammar/ itself; proc/ answers from the kernel, tests and linters from plain objects.
 */

export interface InterfaceFacts {
  readonly index: number;
  readonly loopback: boolean;
  readonly multicast: boolean;
  readonly mtu: number;
  /** rtnl link kind, such as `macvlan` or `vrf`; empty or absent for hardware. */
  readonly kind?: string;
  /** Of a macvlan (1 = private) or an ipvlan (0 = layer 2). */
  readonly mode?: number;
  /** Name of the interface below a macvlan or an ipvlan, where it is in the same namespace. */
  readonly below?: string;
}

/** Files of names for numbers: iproute2's, and /etc/protocols with its aliases. */
export type NameFile =
  | 'rt_tables'
  | 'rt_protos'
  | 'rt_scopes'
  | 'rt_dsfield'
  | 'rt_realms'
  | 'rt_addrprotos'
  | 'group'
  | 'protocols';

/** Why a configuration file cannot be used. The words follow upstream's five messages (language.md §4). */
export type FileProblem = 'missing' | 'directory' | 'not-regular' | 'unreadable';

export type FileContent =
  /** `ascii` = whether all of it is; absent = the reader finds out. */
  | { readonly ok: true; readonly bytes: Uint8Array; readonly ascii?: boolean }
  | { readonly ok: false; readonly problem: FileProblem; readonly reason?: string };

/** A file or folder that someone other than root could change. */
export interface Weakness {
  readonly path: string;
  /** Such as `is owned by uid 1000`. */
  readonly why: string;
}

/** What a script path turned out to be, seen with the rights it would run with. */
export interface ScriptFacts {
  /** Absolute path after a PATH search; absent when nothing was found. */
  readonly path?: string;
  /** `path` with links followed; absent = `path` itself. */
  readonly real?: string;
  /** What it is started as, and sees as its own name; absent = as it is written. */
  readonly startedAs?: string;
  /** Why a path could not be opened, in the words of strerror(3). */
  readonly problem?: string;
  readonly executable: boolean;
  readonly directory?: true;
  /** Neither an executable of the system nor a script that names its interpreter. */
  readonly noProgram?: true;
  /** Present when someone other than root could change the file or a directory above it. */
  readonly insecure?: Weakness;
}

export interface Facts {
  /** Host name without the domain, as `router_id` and the config id default to it. */
  readonly hostname: string;
  /** `-i`; default is `hostname` up to the first dot. */
  readonly configId: string;
  /** True under `-t`: lenient numbers are then refused instead of repaired, and texts lose "WARNING - ". */
  readonly testing: boolean;
  /** `--as`: the release of keepalived whose keywords count; absent = all that alived knows. */
  readonly as?: string | undefined;
  /** `-e`: every include must find its files. */
  readonly strictIncludes?: boolean;
  /** Working directory, the value of `${_PWD}` for a file named without a slash. */
  readonly cwd: string;
  /** Number of processors, the limit of `*_cpu_affinity`; 1 when absent. */
  readonly cpuCount?: number;
  interface(name: string): InterfaceFacts | undefined;
  user(name: string): { readonly uid: number; readonly gid: number } | undefined;
  group(name: string): number | undefined;
  /** The user and group the daemon runs as. */
  readonly self: { readonly uid: number; readonly gid: number };
  script(argv0: string, uid: number, gid: number): ScriptFacts;
  readFile(path: string): FileContent;
  /** glob(3) with GLOB_BRACE, sorted inside each alternative; an alternative without match yields nothing. */
  glob(pattern: string): readonly string[];
  /** Whether a host name resolves; absent = it is left to the moment of use. Upstream asks while it reads. */
  resolves?(host: string): boolean;
  /** `-s`: the network namespace to run in, whatever the file says. */
  readonly namespace?: string | undefined;
  /** Whether a network namespace exists; absent = yes. */
  namespaceExists?(name: string): boolean;
  /** Whether group or others may read a file; absent = nobody can say. */
  readableByOthers?(path: string): boolean;
  /** The names of one of these files; absent = only numbers are understood. */
  names?(file: NameFile): ReadonlyMap<string, number>;
  env?(name: string): string | undefined;
  /** Uniform integer in [min, max]. Absent = no `${_RANDOM}`. */
  random?(min: number, max: number): number;
}
