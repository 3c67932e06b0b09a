/** Strict mode accepts nothing unless told to, and nftables is used although nobody asked for it. */
import { globals, silent } from '../../lib/config.ts';
import { filtersOf } from '../../lib/firewall.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  globals(['vrrp_strict']),
  silent({ priority: 150 }),
  silent({ name: 'ACC', vrid: 52, priority: 150, vips: ['10.0.0.101'], more: ['accept'] }),
  silent({
    name: 'OLD',
    vrid: 53,
    version: 2,
    advert: 1,
    priority: 150,
    vips: ['10.0.0.102'],
    more: ['accept'],
  }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start', 'outcome');
  await a.start(text);
  await a.sees(/\(OLD\) Entering MASTER STATE/);
  await a.sees(/Sending gratuitous ARP on eth0 for 10.0.0.102/);
  scene.fact('filters of the master', await filtersOf(a.ns));
  await scene.phase('stop', 'outcome');
  await a.stop();
  scene.fact('filters after it', await filtersOf(a.ns));
});
