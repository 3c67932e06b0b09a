/** The accept mode changes while MASTER, in both directions, and so do addresses that are not accepted. */
import { globals, silent } from '../../lib/config.ts';
import { filtersOf } from '../../lib/firewall.ts';
import { scenario } from '../../lib/scenario.ts';

function text(modes: readonly [string, string, string], vips: readonly string[]): string {
  const [first, second, third] = modes;
  return [
    globals(['nftables lab']),
    silent({ priority: 150, vips: ['10.0.0.100/24'], more: [first] }),
    silent({ name: 'B', vrid: 52, priority: 150, vips: ['10.0.0.101/24'], more: ['no_accept', second] }),
    silent({ name: 'C', vrid: 53, priority: 150, vips, more: ['accept', third] }),
  ].join('\n');
}

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await a.start(text(['accept', 'no_accept', 'no_accept'], ['10.0.0.102', '10.0.0.103']));
  for (const name of ['VI', 'B', 'C']) await a.sees(new RegExp(`\\(${name}\\) setting VIPs`));
  await a.sees(/Sending gratuitous ARP on eth0 for 10.0.0.103/);
  scene.fact('filters at first', await filtersOf(a.ns));
  await scene.phase('other modes');
  await a.reload(text(['no_accept', 'accept', 'no_accept'], ['10.0.0.102', '10.0.0.104']));
  await a.sees(/\(C\) setting VIPs/, 2);
  scene.fact('filters with other modes', await filtersOf(a.ns));
});
