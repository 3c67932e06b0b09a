/**
 * Facts from plain objects: what a test, a linter or an editor gives the language in place of the real world.
 */

import type { Facts, FileContent, InterfaceFacts, NameFile, ScriptFacts } from './facts.ts';
import { braceAlternatives } from './include.ts';

export interface ObjectFacts {
  /** File contents by name; text is taken as UTF-8. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Names of interfaces, or full facts where a test needs them. */
  readonly interfaces?: readonly string[] | Readonly<Record<string, Partial<InterfaceFacts>>>;
  readonly users?: Readonly<Record<string, { readonly uid: number; readonly gid: number }>>;
  readonly groups?: Readonly<Record<string, number>>;
  /** Scripts that exist, by argv[0]; everything else is not found. */
  readonly scripts?: Readonly<Record<string, Partial<ScriptFacts>>>;
  readonly overrides?: Partial<Facts>;
}

/** Some of iproute2's names, as Debian 12 has them, and some of /etc/protocols. */
const NAMES: Readonly<Record<NameFile, Readonly<Record<string, number>>>> = {
  rt_tables: { local: 255, main: 254, default: 253, unspec: 0 },
  rt_protos: { unspec: 0, redirect: 1, kernel: 2, boot: 3, static: 4, keepalived: 18, bgp: 186 },
  rt_scopes: { global: 0, nowhere: 255, host: 254, link: 253, site: 200 },
  rt_dsfield: { default: 0, AF11: 0x28, CS1: 0x20, EF: 0xb8 },
  rt_realms: { cosmos: 0 },
  rt_addrprotos: { unspec: 0, kernel_lo: 1, keepalived: 18 },
  group: { default: 0 },
  protocols: { icmp: 1, tcp: 6, TCP: 6, udp: 17, UDP: 17, 'ipv6-icmp': 58, 'IPv6-ICMP': 58, vrrp: 112 },
};

const DEFAULT_INTERFACES = ['lo', 'eth0', 'eth1', 'eth2'];

export function objectFacts(given: ObjectFacts = {}): Facts {
  const files = given.files ?? {};
  return {
    hostname: 'node1.example.test',
    configId: 'node1',
    testing: true,
    cwd: '/etc/keepalived',
    cpuCount: 2,
    interface: (name) => findInterface(given.interfaces ?? DEFAULT_INTERFACES, name),
    user: (name) => (given.users ?? { root: { uid: 0, gid: 0 } })[name],
    group: (name) => (given.groups ?? { root: 0 })[name],
    self: { uid: 0, gid: 0 },
    script: (argv0) => {
      const found = given.scripts?.[argv0];
      return found ? { path: argv0, executable: true, ...found } : { executable: false };
    },
    readFile: (path) => readObject(files, path),
    glob: (pattern) => globObject(Object.keys(files), pattern),
    names: (file) => new Map(Object.entries(NAMES[file])),
    ...given.overrides,
  };
}

function findInterface(
  given: NonNullable<ObjectFacts['interfaces']>,
  name: string,
): InterfaceFacts | undefined {
  const names = Array.isArray(given) ? (given as readonly string[]) : Object.keys(given);
  const index = names.indexOf(name);
  if (index < 0) return undefined;
  const more = Array.isArray(given) ? {} : (given as Readonly<Record<string, Partial<InterfaceFacts>>>)[name];
  return { index: index + 1, loopback: name === 'lo', multicast: name !== 'lo', mtu: 1500, ...more };
}

function readObject(files: Readonly<Record<string, string | Uint8Array>>, path: string): FileContent {
  const content = Object.hasOwn(files, path) ? files[path] : undefined;
  if (content === undefined) {
    const inside = Object.keys(files).some((name) => name.startsWith(`${path}/`));
    return { ok: false, problem: inside ? 'directory' : 'missing' };
  }
  return { ok: true, bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content };
}

/** `*`, `?` and `[…]` inside one path component; a pattern without them matches only an existing name. */
function globObject(names: readonly string[], pattern: string): string[] {
  return braceAlternatives(pattern).flatMap((alternative) => {
    const source = alternative
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replace(/\*/g, '[^/]*')
      .replace(/\?/g, '[^/]');
    let expression: RegExp;
    try {
      expression = new RegExp(`^${source}$`, 's');
    } catch {
      return [];
    }
    return names.filter((name) => expression.test(name)).sort();
  });
}
