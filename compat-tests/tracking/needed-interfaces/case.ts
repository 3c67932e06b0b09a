/**
 * Another interface goes down: instances with an address, a route or a rule on it go to FAULT, also where
 * they track it with a weight; with no_track, and for one of several next hops, they do not.
 */
import { block, silent } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const own = (vrid: number): string => `10.0.0.${vrid}/24`;
const one = (name: string, vrid: number, vips: readonly string[], more: readonly string[] = []): string =>
  silent({ name, vrid, priority: 150, vips: [own(vrid), ...vips], more });

const text = [
  one('VIP', 50, ['10.9.0.50/24 dev eth1'], block('track_interface', ['eth1 weight 10'])),
  one(
    'LOOSE',
    51,
    ['10.9.0.51/24 dev eth1 no_track'],
    block('virtual_routes', ['10.51.0.0/16 dev eth1 no_track']),
  ),
  one('EVIP', 52, [], block('virtual_ipaddress_excluded', ['10.9.0.52/24 dev eth1'])),
  one('ROUTE', 53, [], block('virtual_routes', ['10.53.0.0/16 dev eth1'])),
  one(
    'HOPS',
    54,
    [],
    block('virtual_routes', ['10.54.0.0/16 nexthop dev eth1 nexthop via 10.0.0.2 dev eth0']),
  ),
  one('RULE', 55, [], block('virtual_rules', ['from 10.55.0.0/16 oif eth1 table 7 priority 7'])),
].join('\n');

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await lab.addLink(1);
  await scene.phase('start', 'outcome');
  await a.start(text);
  await a.enters('MASTER', ['VIP', 'LOOSE', 'EVIP', 'ROUTE', 'HOPS', 'RULE']);
  await a.sees(/Sending gratuitous ARP on eth0 for 10.0.0.55/);
  await scene.phase('down', 'outcome');
  await lab.cable('a', 'down', 1);
  await a.sees(/\(RULE\) removing VIPs/, 2);
  await scene.phase('up', 'outcome');
  await lab.cable('a', 'up', 1);
  await a.enters('MASTER', ['VIP', 'EVIP', 'ROUTE', 'RULE'], 2);
  await a.sees(/\(RULE\) setting Virtual Rules/, 2);
});
