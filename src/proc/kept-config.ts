/**
 * What the running configuration was read from, kept in a file without a name that the parent holds open:
 * `alived plan` compares a new file with it, whatever has happened to the old ones on disk since. In: the
 * answers that reading a configuration got. Out: the same answers again. Only root and the daemon's own user
 * can look into it, as into the files themselves.
 */
import {
  closeSync,
  constants,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  unlinkSync,
  writevSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Facts, FileContent } from '../../grammar/facts.ts';

/** In memory on every usual system. */
const FOLDERS = ['/run', '/dev/shm', '/tmp'];
const PREFIX = 'alived-configuration-';
const LENGTH_DIGITS = 12;

/** How the daemon was told to read its configuration. */
export interface ReadOptions {
  readonly file: string;
  readonly cwd: string;
  readonly configId: string | undefined;
  readonly strictIncludes: boolean;
  readonly namespace: string | undefined;
}

export interface KeptConfig {
  readonly options: ReadOptions;
  readonly files: ReadonlyMap<string, FileContent>;
  readonly globs: ReadonlyMap<string, readonly string[]>;
}

/** Facts that remember which files they gave. */
export function recording(facts: Facts): {
  readonly facts: Facts;
  readonly kept: Omit<KeptConfig, 'options'>;
} {
  const files = new Map<string, FileContent>();
  const globs = new Map<string, readonly string[]>();
  const recorded: Facts = {
    ...facts,
    readFile: (path) => remember(files, path, facts.readFile(path)),
    glob: (pattern) => remember(globs, pattern, facts.glob(pattern)),
  };
  return { facts: recorded, kept: { files, globs } };
}

/** The first answer counts, as it did for the configuration. */
function remember<T>(known: Map<string, T>, key: string, value: T): T {
  if (!known.has(key)) known.set(key, value);
  return value;
}

/** Files as they were; what they did not include is not there. */
export function replaying(facts: Facts, { options, files, globs }: KeptConfig): Facts {
  return {
    ...facts,
    cwd: options.cwd,
    readFile: (path) => files.get(path) ?? { ok: false, problem: 'missing' },
    glob: (pattern) => globs.get(pattern) ?? [],
  };
}

/** Holds one configuration at a time. Without a place for it there is none, which only `plan` notices. */
export class ConfigKeeper {
  #fd: number | undefined;

  keep(config: KeptConfig): void {
    const fd = openUnnamed();
    if (fd === undefined) return;
    try {
      writevSync(fd, encode(config));
    } catch {
      // No room: half a configuration would be worse than none.
      closeSync(fd);
      return;
    }
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = fd;
  }
}

function openUnnamed(): number | undefined {
  const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  for (const folder of FOLDERS) {
    const path = join(folder, `${PREFIX}${process.pid}-${Date.now()}`);
    try {
      const fd = openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
      unlinkSync(path);
      return fd;
    } catch {
      // Read-only, or full: the next one.
    }
  }
  return undefined;
}

interface Head {
  readonly options: ReadOptions;
  /** In the order of their bytes; without a size, what was said instead of them. */
  readonly files: readonly (readonly [path: string, size: number | FileContent])[];
  readonly globs: readonly (readonly [pattern: string, paths: readonly string[]])[];
}

/** The length of the head in decimal digits, the head as JSON, the bytes of the files. */
function encode({ options, files, globs }: KeptConfig): Uint8Array[] {
  const head: Head = {
    options,
    files: [...files].map(([path, content]) => [path, content.ok ? content.bytes.length : content] as const),
    globs: [...globs],
  };
  const json = Buffer.from(JSON.stringify(head));
  const length = Buffer.from(String(json.length).padStart(LENGTH_DIGITS, '0'));
  return [length, json, ...[...files.values()].flatMap((content) => (content.ok ? [content.bytes] : []))];
}

function decode(bytes: Buffer): KeptConfig {
  const jsonEnd = LENGTH_DIGITS + Number(bytes.toString('latin1', 0, LENGTH_DIGITS));
  const { options, files, globs } = JSON.parse(bytes.toString('utf8', LENGTH_DIGITS, jsonEnd)) as Head;
  let at = jsonEnd;
  const contents = files.map(([path, size]): readonly [string, FileContent] => {
    if (typeof size !== 'number') return [path, size];
    const content: FileContent = { ok: true, bytes: bytes.subarray(at, at + size) };
    at += size;
    return [path, content];
  });
  return { options, files: new Map(contents), globs: new Map(globs) };
}

/** What a process keeps; undefined when it is no parent of alived, or not to be looked into. */
export function keptBy(pid: number): KeptConfig | undefined {
  const folder = `/proc/${pid}/fd`;
  const path = entriesOf(folder).find((fd) => targetOf(fd).includes(`/${PREFIX}`));
  try {
    return path === undefined ? undefined : decode(readFileSync(path));
  } catch {
    // Closed by a reload at this very moment.
    return undefined;
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    // Gone, or somebody else's.
    return [];
  }
}

/** Empty for a descriptor that is gone, such as that of the listing itself. */
function targetOf(fd: string): string {
  try {
    return readlinkSync(fd);
  } catch {
    return '';
  }
}
