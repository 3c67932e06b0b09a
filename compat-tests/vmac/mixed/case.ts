/**
 * An IPv6 instance with use_vmac and an IPv4 address elsewhere: reports of IGMP are redirected as well as
 * those of MLD.
 */
import { instance } from '../../lib/config.ts';
import { filtersOf } from '../../lib/firewall.ts';
import { scenario } from '../../lib/scenario.ts';

const more = ['use_vmac', 'virtual_ipaddress_excluded {', '  10.7.0.1/24', '}'];

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start', 'outcome');
  await a.start(instance({ priority: 150, vips: ['fe80::100/64', 'fd00::100/64'], more }));
  await scene.master(a);
  await a.sees(/Sending gratuitous ARP on eth0 for 10.7.0.1/);
  scene.fact('filters of the master', await filtersOf(a.ns));
  await scene.phase('stop', 'outcome');
  await a.stop();
  scene.fact('filters after it', await filtersOf(a.ns));
});
