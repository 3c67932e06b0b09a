/**
 * The thread list (TDUMP, SIGRTMAX): every process logs what it waits for, and goes on. Debian builds
 * keepalived without it.
 */
import assert from 'node:assert/strict';
import { instance } from '../../lib/config.ts';
import { daemonCommand } from '../../lib/daemon.ts';
import { ran } from '../../lib/exec.ts';
import { scenario } from '../../lib/scenario.ts';

export const since = 'alived';

export const run = scenario(async (scene) => {
  const { a } = scene;
  await a.start(instance({ priority: 150 }));
  await scene.master(a);
  const { stdout } = await ran([daemonCommand('alived'), '--signum=TDUMP']);
  assert.equal(stdout, '64\n');
  process.kill(a.daemon.pid, Number(stdout));
  await a.sees(/^Thread list of parent process\(\d+\): \d+ timers, \d+ descriptors$/);
  await a.sees(/^Thread list of Keepalived_vrrp process\(\d+\): [1-9]\d* timers, [1-9]\d* descriptors$/);
  await a.sees(/^ {2}\S.* due in -?\d+\.\d{6} s$/);
  await scene.moreAdverts(a, 2);
});
