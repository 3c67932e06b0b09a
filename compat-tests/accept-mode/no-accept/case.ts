/**
 * no_accept with nftables: packets to the addresses are dropped while MASTER, also from and to excluded and
 * link-local ones; the owner accepts. The tables stay, empty, in FAULT and are gone after the stop.
 */
import { block, globals, silent } from '../../lib/config.ts';
import { filtersOf } from '../../lib/firewall.ts';
import { scenario } from '../../lib/scenario.ts';

const excluded = block('virtual_ipaddress_excluded', ['10.0.0.110', 'fd00::110', 'fe80::110']);
const text = [
  globals(['nftables lab', 'nftables_priority -10', 'nftables_counters']),
  silent({ priority: 200, more: ['no_accept', ...excluded] }),
  silent({ name: 'V6', vrid: 52, priority: 150, vips: ['fe80::100', 'fd00::100'], more: ['no_accept'] }),
  silent({ name: 'OWN', vrid: 53, priority: 255, vips: ['10.0.0.120'], more: ['no_accept'] }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await scene.phase('start', 'outcome');
  await a.start(text);
  await a.sees(/\(VI\) Entering MASTER STATE/);
  await a.sees(/\(V6\) Entering MASTER STATE/);
  await a.sees(/Sending unsolicited Neighbour Advert on eth0 for fe80::100/);
  scene.fact('filters of the master', await filtersOf(a.ns));
  await scene.phase('fault', 'outcome');
  await lab.ip('a', 'link', 'set', 'eth0', 'down');
  await a.sees(/\(V6\) Entering FAULT STATE/);
  await a.sees(/\(V6\) removing firewall drop rule/, 2);
  scene.fact('filters in FAULT', await filtersOf(a.ns));
  await scene.phase('stop', 'outcome');
  await a.stop();
  scene.fact('filters after it', await filtersOf(a.ns));
});
