/**
 * The VRRP child is killed: its filters are replaced by those of its successor. A table that somebody else
 * left under our name is cleared away at the start.
 */

import { globals, instance } from '../../lib/config.ts';
import { run as execute } from '../../lib/exec.ts';
import { filtersOf } from '../../lib/firewall.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start', 'outcome');
  for (const words of [
    ['add', 'table', 'ip', 'keepalived'],
    ['add', 'chain', 'ip', 'keepalived', 'theirs'],
    ['add', 'table', 'ip', 'other'],
  ]) {
    await execute(['ip', 'netns', 'exec', a.ns, 'nft', ...words]);
  }
  await a.start([globals(['nftables']), instance({ priority: 150, more: ['no_accept'] })].join('\n'));
  await scene.master(a);
  scene.fact('filters of the master', await filtersOf(a.ns));
  await scene.phase('killed', 'outcome');
  process.kill(a.daemon.pidIn('vrrp') ?? -1, 'SIGKILL');
  await a.sees(/Entering MASTER STATE/, 2);
  await scene.moreAdverts(a, 2);
  scene.fact('filters of the successor', await filtersOf(a.ns));
});
