/**
 * timer_expired_backup: a master that was stopped for longer than others wait comes back as their backup,
 * also where it has the higher priority and nobody preempts.
 */
import assert from 'node:assert/strict';
import { instance } from '../../lib/config.ts';
import { tree } from '../../lib/processes.ts';
import { scenario } from '../../lib/scenario.ts';

export const since = '2.2.8';

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await a.start(instance({ priority: 150, more: ['nopreempt', 'timer_expired_backup'] }));
  await scene.master(a);
  await b.start(instance({ priority: 100, more: ['nopreempt'] }));
  await scene.moreAdverts(a, 4);
  await scene.phase('stopped');
  const pids = tree(a.daemon.pid);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  await scene.master(b);
  await scene.moreAdverts(b, 2);
  const before = scene.adverts('a').length;
  for (const pid of pids) process.kill(pid, 'SIGCONT');
  await scene.state(a, 'BACKUP');
  await scene.moreAdverts(b, 8);
  assert.equal(scene.adverts('a').length, before, 'no advert of the one that came late');
  assert.equal(b.state(), 'MASTER');
});
