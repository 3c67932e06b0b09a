/** The language's questions answered by this host: interfaces by netlink, accounts, files, scripts. */
import { isAscii } from 'node:buffer';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  globSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type {
  Facts,
  FileContent,
  InterfaceFacts,
  NameFile,
  ScriptFacts,
  Weakness,
} from '../../grammar/facts.ts';
import { braceAlternatives } from '../../grammar/include.ts';
import { errnoText } from '../out/message.ts';
import type { Link } from '../ports/kernel.ts';

export interface FactOptions {
  readonly testing: boolean;
  readonly configId: string | undefined;
  readonly strictIncludes: boolean;
  /** `-s` of the command line. */
  readonly namespace?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Interfaces of the namespace that the daemon runs in. */
  readonly links: readonly Link[];
}

const ENOENT = 2;
const EACCES = 13;
const MAX_CONFIG_BYTES = 1 << 28;

export function systemFacts(options: FactOptions): Facts {
  const links = interfacesByName(options.links);
  const host = hostname();
  const accounts = remembered(account);
  return {
    hostname: host,
    configId: options.configId ?? host.split('.')[0] ?? host,
    testing: options.testing,
    strictIncludes: options.strictIncludes,
    cwd: process.cwd(),
    cpuCount: availableParallelism(),
    self: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    interface: (name) => links.get(name),
    user: (name) => {
      const [, , uid, gid] = accounts('passwd', name) ?? [];
      return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
    },
    group: (name) => {
      const gid = accounts('group', name)?.[2];
      return gid === undefined ? undefined : Number(gid);
    },
    script: remembered((argv0, uid, gid) => scriptFacts(argv0, uid, gid, options.env.PATH)),
    readFile,
    glob,
    namespace: options.namespace,
    namespaceExists: (name) => existsSync(`/run/netns/${name}`),
    readableByOthers: (path) => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o044) !== 0,
    names: cachedNames(),
    env: (name) => options.env[name],
    random: (min, max) => min + Math.floor(Math.random() * (max - min + 1)),
  };
}

function interfacesByName(links: readonly Link[]): ReadonlyMap<string, InterfaceFacts> {
  const names = new Map(links.map(({ index, name }) => [index, name]));
  return new Map(
    links.map((link) => {
      const stacked = link.kind === 'macvlan' || link.kind === 'ipvlan';
      const below = stacked ? names.get(link.lowerIndex) : undefined;
      return [link.name, below === undefined ? link : { ...link, below }];
    }),
  );
}

/** Where iproute2 keeps its names, those of the distribution first: what stands later counts. */
const NAME_FOLDERS = ['/usr/share/iproute2', '/etc/iproute2'];

/** Each file is read when the first of its names is asked for. */
function cachedNames(): (file: NameFile) => ReadonlyMap<string, number> {
  const known = new Map<NameFile, ReadonlyMap<string, number>>();
  return (file) => {
    const cached = known.get(file);
    if (cached) return cached;
    const made = file === 'protocols' ? protocolNames() : routingNames(file);
    known.set(file, made);
    return made;
  };
}

/** Fields of the lines of a table that is not empty or a comment; a missing file has none. */
function* tableLines(path: string): Generator<string[]> {
  if (!existsSync(path)) return;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const fields = line.replace(/#.*/, '').trim().split(/\s+/);
    if (fields.length > 1) yield fields;
  }
}

function routingNames(file: string): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  for (const folder of NAME_FOLDERS) {
    const paths = [`${folder}/${file}`, ...globSync(`${folder}/${file}.d/*.conf`).sort()];
    for (const path of paths) {
      for (const [number = '', name = ''] of tableLines(path)) names.set(name, Number(number));
    }
  }
  return names;
}

/** Name first, then the number, then other names. */
function protocolNames(): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  for (const [name = '', number = '', ...aliases] of tableLines('/etc/protocols')) {
    for (const each of [name, ...aliases]) names.set(each, Number(number));
  }
  return names;
}

/** Ten thousand scripts of one configuration ask for the same few accounts and programs. */
function remembered<A extends readonly (string | number)[], R>(ask: (...words: A) => R): (...words: A) => R {
  const answers = new Map<string, R>();
  return (...words) => {
    const key = words.join('\0');
    const known = answers.get(key);
    if (known !== undefined || answers.has(key)) return known as R;
    const answer = ask(...words);
    answers.set(key, answer);
    return answer;
  };
}

/** A line of the account database, from its file or, for accounts of a directory service, from getent. */
function account(database: 'passwd' | 'group', name: string): string[] | undefined {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.@-]*\$?$/.test(name)) return undefined;
  try {
    const lines = readFileSync(`/etc/${database}`, 'utf8').split('\n');
    const line = lines.find((candidate) => candidate.startsWith(`${name}:`));
    if (line !== undefined) return line.split(':');
    // Not imported: it brings streams and sockets with it, and hardly a configuration comes here.
    const { execFileSync } = process.getBuiltinModule('node:child_process');
    const found = execFileSync('getent', [database, name], {
      encoding: 'utf8',
      timeout: 2000,
      stdio: 'pipe',
    });
    return found.trim().split(':');
  } catch {
    return undefined;
  }
}

/** Upstream takes only regular files without any execute bit for configuration. */
function readFile(path: string): FileContent {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return { ok: false, problem: 'directory' };
    if (!stat.isFile() || (stat.mode & 0o111) !== 0) return { ok: false, problem: 'not-regular' };
    if (stat.size > MAX_CONFIG_BYTES) return { ok: false, problem: 'unreadable', reason: 'File too large' };
    const bytes = readFileSync(path);
    return { ok: true, bytes, ascii: isAscii(bytes) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { ok: false, problem: 'missing' };
    const reason = code === 'EACCES' ? 'Permission denied' : String(code);
    return { ok: false, problem: 'unreadable', reason };
  }
}

function glob(pattern: string): string[] {
  return braceAlternatives(pattern).flatMap((alternative) => {
    // Most names are plain ones, and matching them costs a start ten milliseconds.
    if (!/[*?[\\]/.test(alternative))
      return existsSync(alternative) || isLink(alternative) ? [alternative] : [];
    const hidden = basename(alternative).startsWith('.');
    return globSync(alternative)
      .filter((path) => hidden || !basename(path).startsWith('.'))
      .sort();
  });
}

/** glob(3) also finds a link that leads nowhere. */
function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function scriptFacts(argv0: string, uid: number, gid: number, searchPath = ''): ScriptFacts {
  const path = argv0.includes('/') ? argv0 : findInPath(argv0, searchPath);
  if (path === undefined) return { executable: false };
  // A relative path is one from the root folder, where the daemon runs.
  if (!isAbsolute(path)) return { executable: false, problem: errnoText(ENOENT) };
  let real: string;
  let stat: Stats;
  try {
    real = realpathSync(path);
    stat = statSync(real);
  } catch (error) {
    const errno = error instanceof Error && 'errno' in error ? Math.abs(Number(error.errno)) : ENOENT;
    return { executable: false, problem: errnoText(errno) };
  }
  const reached = maySearch(path, uid, gid) && maySearch(real, uid, gid);
  if (!reached) return { executable: false, problem: errnoText(EACCES) };
  if (stat.isDirectory()) return { path, executable: false, directory: true };
  const executable = uid === 0 ? (stat.mode & 0o111) !== 0 : allows(stat, uid, gid);
  const insecure = runsAsRoot(stat, uid, gid) ? weaknessOf(real) : undefined;
  const startedAs = programName(path, real);
  return {
    path,
    executable,
    ...(real === path ? {} : { real }),
    ...(startedAs === argv0 ? {} : { startedAs }),
    ...(insecure === undefined ? {} : { insecure }),
    ...(executable && !isProgram(real) ? { noProgram: true as const } : {}),
  };
}

/** ELF or `#!`; what else binfmt_misc may have been taught is rare. */
function isProgram(file: string): boolean {
  const head = Buffer.alloc(4);
  try {
    const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    try {
      readSync(fd, head, 0, head.length, 0);
    } finally {
      closeSync(fd);
    }
  } catch {
    // Nobody knows, and no news is better than a wrong one.
    return true;
  }
  return head.toString('latin1', 0, 2) === '#!' || head.toString('latin1') === '\x7fELF';
}

/** Links are followed, but one to a neighbour in its own folder keeps its name (seen with 2.2.7). */
function programName(path: string, real: string): string {
  const folder = realpathSync(dirname(path));
  return dirname(real) === folder ? join(folder, basename(path)) : real;
}

/** Whether an account may execute a file or search a folder. */
const allows = (stat: Stats, uid: number, gid: number): boolean =>
  (stat.mode & (stat.uid === uid ? 0o100 : stat.gid === gid ? 0o010 : 0o001)) !== 0;

function maySearch(file: string, uid: number, gid: number): boolean {
  if (uid === 0) return true;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (stat === undefined || !allows(stat, uid, gid)) return false;
    if (folder === '/') return true;
  }
}

/** Upstream asks who could change a script only where that would make somebody root (2.2.7 and 2.4.3). */
function runsAsRoot(stat: Stats, uid: number, gid: number): boolean {
  const setUid = (stat.mode & 0o4000) !== 0 && stat.uid === 0;
  const setGid = (stat.mode & 0o2000) !== 0 && stat.gid === 0;
  return uid === 0 || gid === 0 || setUid || setGid;
}

function findInPath(name: string, searchPath: string): string | undefined {
  return searchPath
    .split(':')
    .map((folder) => `${folder}/${name}`)
    .find((candidate) => {
      try {
        accessSync(candidate, constants.X_OK);
        return statSync(candidate).isFile();
      } catch {
        return false;
      }
    });
}

/** The component that somebody other than root could change, from the file up to the root folder. */
function weaknessOf(real: string): Weakness | undefined {
  for (let path = real; ; path = dirname(path)) {
    const stat = statSync(path, { throwIfNoEntry: false });
    const why = stat === undefined ? 'is gone' : changeableBecause(stat);
    if (why !== undefined) return { path, why };
    if (path === '/') return undefined;
  }
}

function changeableBecause(stat: Stats): string | undefined {
  if (stat.uid !== 0) return `is owned by uid ${stat.uid}`;
  // In a sticky folder only the owner of a file can replace it.
  if (stat.isDirectory() && (stat.mode & 0o1000) !== 0) return undefined;
  const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0');
  if ((stat.mode & 0o002) !== 0) return `may be written by everybody (mode ${mode})`;
  const grouped = (stat.mode & 0o020) !== 0 && stat.gid !== 0;
  return grouped ? `may be written by group ${stat.gid} (mode ${mode})` : undefined;
}
