/**
 * The VRRP process of a backup is stopped when its master dies: adverts, addresses and announcements come all
 * the same, and when it goes on it is the master that it already was, with no announcement sent twice. Told
 * meanwhile that there is a better one, it leaves nothing behind.
 */
import assert from 'node:assert/strict';
import { block, instance } from '../../lib/config.ts';
import { run as runCommand } from '../../lib/exec.ts';
import { until } from '../../lib/poll.ts';
import type { Router } from '../../lib/router.ts';
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

export const since = 'alived';

const VIPS = ['10.0.0.100/24', '10.0.0.101/24'];
const EXCLUDED = ['10.0.0.102/32', 'fd00::102/128'];
/** Of the first burst, each. */
const ROUNDS = 5;

const text = (priority: number): string =>
  instance({ priority, vips: VIPS, more: block('virtual_ipaddress_excluded', EXCLUDED) });

const all = [...VIPS, ...EXCLUDED].map((address) => address.slice(0, address.indexOf('/')));

interface Shown {
  readonly addr_info: readonly { readonly local?: string }[];
}

async function held({ ns }: Router): Promise<string[]> {
  const links = JSON.parse(
    await runCommand(['ip', '-n', ns, '-j', 'addr', 'show', 'dev', 'eth0']),
  ) as Shown[];
  const found = links.flatMap(({ addr_info }) => addr_info.flatMap(({ local }) => local ?? []));
  return all.filter((address) => found.includes(address));
}

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await scene.phase('start');
  await masterAndBackup(scene, { priority: 150 }, { priority: 100 });
  await a.reload(text(150));
  await b.reload(text(100));
  await scene.moreAdverts(a, 10);
  const child = b.daemon.pidIn('vrrp') ?? -1;

  await scene.phase('the master dies');
  process.kill(child, 'SIGSTOP');
  await a.crash();
  await scene.moreAdverts(b, 5);
  assert.equal(b.state(), 'BACKUP', 'nobody has told yet');
  assert.deepEqual(await held(b), all);
  assert.equal(scene.announcements('b').length, all.length);
  scene.fact('client reaches', (await lab.resolve('10.0.0.100')) ?? 'nobody');

  await scene.phase('the backup goes on');
  process.kill(child, 'SIGCONT');
  await scene.master(b);
  const rest = (ROUNDS - 1) * all.length;
  await until(() => scene.announcements('b').length >= rest, 5_000, 'the other announcements');
  await scene.moreAdverts(b, 5);
  assert.equal(scene.announcements('b').length, rest);
  assert.deepEqual(await held(b), all);

  await scene.phase('the master is back');
  await a.start(text(150));
  await scene.master(a);
  await scene.state(b, 'BACKUP');
  assert.deepEqual(await held(b), []);

  await scene.phase('it is back before anybody knew');
  process.kill(child, 'SIGSTOP');
  await a.crash();
  await scene.moreAdverts(b, 3);
  assert.deepEqual(await held(b), all);
  await a.start(text(150));
  await scene.master(a);
  process.kill(child, 'SIGCONT');
  await scene.state(b, 'BACKUP');
  await scene.moreAdverts(a, 5);
  assert.deepEqual(await held(b), []);
});
