/**
 * Asks the installed keepalived what it says about each keyword with eight kinds of argument, and writes the
 * answers to fixtures/config/keywords/ for grammar/fixtures.test.ts. Needs root: upstream runs in a network
 * namespace of its own that holds the interfaces of the tests' facts (lo, eth0, eth1, eth2).
 *
 *   node scripts/observe-keywords.ts [TOPIC...]     without a topic: lists them
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createNamespace, removeNamespace } from './lib/config-compare/namespace.ts';
import type { KeywordCase, Topic } from './lib/observe/cases.ts';
import { topics } from './lib/observe/topics.ts';

const NAMESPACE = `alived-observe-${process.pid}`;
const INTERFACES = ['eth0', 'eth1', 'eth2'];
const folder = fileURLToPath(new URL('../fixtures/config/keywords/', import.meta.url));

interface Answer extends KeywordCase {
  readonly exit: number | null;
  readonly messages: readonly string[];
  /** Upstream crashed (the signal's name) or never ended. */
  readonly crash?: string;
}

/** Upstream's passes repeat themselves and name the file or not; a message counts once. */
function messagesOf(stderr: string): string[] {
  const lines = stderr.split('\n').filter((line) => line !== '');
  return [...new Set(lines.map((line) => line.replace(/^\(k\.conf: Line /, '(Line ')))];
}

function ask(given: KeywordCase, scratch: string): Answer {
  writeFileSync(join(scratch, 'k.conf'), given.text);
  const words = ['netns', 'exec', NAMESPACE, 'timeout', '5', 'keepalived', '-t', '-f', 'k.conf'];
  const options = { cwd: scratch, encoding: 'utf8', env: { PATH: process.env.PATH, LC_ALL: 'C' } } as const;
  const { status, signal, stderr } = spawnSync('ip', words, options);
  // timeout(1) reports a hang as 124 and a death by signal N as 128 + N.
  const crash =
    status === 124
      ? 'hang'
      : (signal ?? (status !== null && status > 128 ? `signal ${status - 128}` : undefined));
  const messages = messagesOf(stderr).filter((line) => !/core dumped/.test(line));
  return crash === undefined
    ? { ...given, exit: status, messages }
    : { ...given, exit: null, messages, crash };
}

function observe(topic: Topic, scratch: string): void {
  const answers = topic.cases.map((given) => ask(given, scratch));
  const lines = answers.map((answer) => JSON.stringify(answer)).join(',\n');
  const text = `{\n"observed": "keepalived 2.2.7 -t",\n"cases": [\n${lines}\n]\n}\n`;
  writeFileSync(join(folder, `${topic.name}.json`), text);
  const crashes = answers.filter(({ crash }) => crash !== undefined).length;
  process.stdout.write(`${topic.name}: ${answers.length} cases, ${crashes} crashes\n`);
}

const wanted = process.argv.slice(2);
if (wanted.length === 0) {
  process.stdout.write(`${topics.map(({ name, cases }) => `${name} (${cases.length})`).join('\n')}\n`);
} else {
  const scratch = mkdtempSync(join(tmpdir(), 'alived-observe-'));
  createNamespace(NAMESPACE, { interfaces: INTERFACES });
  try {
    for (const topic of topics) if (wanted.includes(topic.name)) observe(topic, scratch);
  } finally {
    removeNamespace(NAMESPACE);
    rmSync(scratch, { recursive: true });
  }
}
