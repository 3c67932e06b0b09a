/**
 * The adverts of a master go on, on time, while its VRRP process is frozen, killed and replaced, and when the
 * engine that sends them is killed; the backup notices nothing. A stop is the end of them.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { instance } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { isAlive, tree } from '../../lib/processes.ts';
import { scenario } from '../../lib/scenario.ts';

export const since = 'alived';

const INTERVAL_MS = 100;
/** One interval, and what a busy machine may add. */
const LARGEST_GAP_MS = 180;

const nameOf = (pid: number): string => readFileSync(`/proc/${pid}/comm`, 'utf8').trim();

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  const engines = (): number[] => tree(a.daemon.pid).filter((pid) => nameOf(pid) === 'alived-engine');
  const timed = (priority: number): string => instance({ priority, advert: INTERVAL_MS / 1000 });
  await a.start(timed(150));
  await scene.master(a);
  await b.start(timed(100));
  await scene.state(b, 'BACKUP');
  await scene.moreAdverts(a, 5);
  const sinceUs = Date.now() * 1000;

  const child = a.daemon.pidIn('vrrp') ?? -1;
  process.kill(child, 'SIGSTOP');
  await scene.moreAdverts(a, 15);
  process.kill(child, 'SIGCONT');
  await scene.moreAdverts(a, 5);

  process.kill(child, 'SIGKILL');
  await a.sees(/Resuming MASTER STATE/);
  await scene.moreAdverts(a, 10);

  const [engine = -1] = engines();
  process.kill(engine, 'SIGKILL');
  await a.sees(new RegExp(`The engine, process ${engine}, ended by SIGKILL`));
  await until(() => engines().some((pid) => pid !== engine), 5_000, 'another engine');
  await scene.moreAdverts(a, 10);

  const sent = scene.adverts('a', sinceUs).map(({ atUs }) => atUs / 1000);
  const gaps = sent.slice(1).map((atMs, index) => atMs - (sent[index] ?? 0));
  assert.ok(Math.max(...gaps) < LARGEST_GAP_MS, `${Math.max(...gaps)} ms without an advert`);
  assert.deepEqual(scene.adverts('b', sinceUs), []);
  assert.equal(b.state(), 'BACKUP');

  const running = engines();
  await a.stop();
  const last = scene.adverts('a', sinceUs).at(-1);
  assert.equal(last?.priority, 0);
  await until(() => !running.some(isAlive), 5_000, 'the engine to be gone');
});
