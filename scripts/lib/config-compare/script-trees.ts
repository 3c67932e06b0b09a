/**
 * Scripts in folders of many owners and modes, for `-t`. In: fixtures/config/script-security.json, where
 * `ROOT` stands for the folder the trees are made in; out: what keepalived, or alived, says about each.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitStatusOf, formatDiagnostic, parseConfig } from '../../../grammar/index.ts';
import { systemFacts } from '../../../src/proc/facts.ts';
import { fakeLink } from '../../../src/vrrp/testing/config.ts';

/** `folder PATH MODE UID:GID`, `file PATH MODE UID:GID` or `link PATH TARGET`. */
export type Node = string;

export interface Answer {
  readonly exit: number | null;
  readonly messages: readonly string[];
}

export interface ScriptCase extends Answer {
  readonly case: string;
  readonly tree: readonly Node[];
  readonly globals: readonly string[];
  readonly script: string;
  readonly user?: string;
  readonly notify?: string;
}

export interface ScriptMatrix {
  readonly observed: string;
  readonly cases: readonly ScriptCase[];
}

export const matrixFile = new URL('../../../fixtures/config/script-security.json', import.meta.url);
export const readMatrix = (): ScriptMatrix => JSON.parse(readFileSync(matrixFile, 'utf8')) as ScriptMatrix;

const searchPath = (root: string): string => `${join(root, 'bin')}:/usr/sbin:/usr/bin:/sbin:/bin`;

/** The owner comes before the mode, since a change of owner clears set-uid and set-gid. */
function makeNode(root: string, node: Node): void {
  const [kind, path = '', mode = '', owner = '0:0'] = node.split(' ');
  const whole = join(root, path);
  if (kind === 'link') {
    symlinkSync(mode.replace('ROOT', root), whole);
    return;
  }
  if (kind === 'folder') mkdirSync(whole);
  else writeFileSync(whole, '#!/bin/sh\n');
  const [uid, gid] = owner.split(':').map(Number);
  chownSync(whole, uid ?? 0, gid ?? 0);
  chmodSync(whole, Number.parseInt(mode, 8));
}

/** Makes the tree of a case and its k.conf below an empty folder. */
export function makeTree(root: string, { tree, ...given }: ScriptCase): void {
  chmodSync(root, 0o755);
  for (const node of tree) makeNode(root, node);
  const { globals, script, user, notify } = given;
  const lines = [
    ...(globals.length > 0 ? ['global_defs {', ...globals, '}'] : []),
    'vrrp_script s {',
    `script ${script}`,
    ...(user === undefined ? [] : [`user ${user}`]),
    '}',
    'vrrp_instance A {',
    'interface eth0',
    'virtual_router_id 1',
    'track_script {',
    's',
    '}',
    ...(notify === undefined ? [] : [`notify ${notify}`]),
    'virtual_ipaddress {',
    '10.0.0.1',
    '}',
    '}',
  ];
  writeFileSync(join(root, 'k.conf'), `${lines.join('\n')}\n`.replaceAll('ROOT', root));
}

/** Upstream's parent and children word a message apart; alived says it once, with the file if they do. */
function distinct(lines: readonly string[], root: string): string[] {
  const all = new Set(lines.map((line) => line.replaceAll(root, 'ROOT')));
  const named = (line: string): string => line.replace(/^\(Line /, '(k.conf: Line ');
  return [...all].filter((line) => named(line) === line || !all.has(named(line))).sort();
}

export function upstreamSays(root: string, namespace: string): Answer {
  const words = ['netns', 'exec', namespace, 'timeout', '5', 'keepalived', '-t', '-f', 'k.conf'];
  const env = { PATH: searchPath(root), LC_ALL: 'C' };
  const { status, stderr } = spawnSync('ip', words, { cwd: root, encoding: 'utf8', env });
  return {
    exit: status,
    messages: distinct(
      stderr.split('\n').filter((line) => line !== ''),
      root,
    ),
  };
}

export function alivedSays(root: string): Answer {
  const links = [fakeLink('eth0', 2)];
  const options = {
    testing: true,
    configId: undefined,
    strictIncludes: false,
    env: { PATH: searchPath(root) },
    links,
  };
  const facts = systemFacts(options);
  const config = readFileSync(join(root, 'k.conf'));
  const readFile = () => ({ ok: true, bytes: config }) as const;
  const here = { ...facts, glob: (name: string) => [name], readFile };
  const { diagnostics } = parseConfig('k.conf', here);
  const shown = diagnostics.filter(({ shownByTest }) => shownByTest !== false);
  return { exit: exitStatusOf(diagnostics), messages: distinct(shown.map(formatDiagnostic), root) };
}
