/** The demo takes away what it made: processes, namespaces and folder, however it is interrupted. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { tree } from '../compat-tests/lib/processes.ts';
import { missingForNamespaces } from '../src/runtime/testing/namespace.ts';

const script = fileURLToPath(new URL('./demo.ts', import.meta.url));

/** SIGKILL in the masks of /proc/PID/status. */
const KILL_BIT = 1 << 8;

/** What still exists of the laboratory of a process. */
function leftovers(pid: number): string[] {
  const mine = (name: string) => name.startsWith(`alc${pid}x`);
  const namespaces = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' }).stdout;
  return [...namespaces.split('\n').filter(mine), ...readdirSync('/run').filter(mine)];
}

/** Reads the demo's lines until one matches. */
async function says(child: ChildProcess, pattern: RegExp): Promise<void> {
  assert.ok(child.stdout);
  for await (const line of createInterface({ input: child.stdout })) if (pattern.test(line)) return;
  assert.fail(`the demo ended without saying ${pattern}`);
}

/** A process that SIGKILL has reached may still be on its way out, or wait for init to collect it. */
function survives(pid: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const pending = [...status.matchAll(/^(?:Sig|Shd)Pnd:\s*(\w+)/gm)].map((match) => match[1] ?? '');
    const killed = pending.some((mask) => (Number.parseInt(mask.slice(-4), 16) & KILL_BIT) !== 0);
    return !killed && !/^State:\s*[ZX]/m.test(status);
  } catch {
    return false;
  }
}

describe('demo', { skip: missingForNamespaces(), timeout: 60_000 }, () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`leaves nothing behind after ${signal}`, async () => {
      const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
      const pid = child.pid ?? 0;
      await says(child, /router a enters MASTER/);
      const started = tree(pid).slice(1);
      assert.ok(started.length >= 4, 'two parents and two VRRP children run');
      assert.equal(leftovers(pid).length, 5, 'four namespaces and a folder exist');
      child.kill(signal);
      const [code] = await once(child, 'exit');
      assert.equal(code, 130);
      assert.deepEqual(leftovers(pid), []);
      assert.deepEqual(started.filter(survives), []);
    });
  }
});
