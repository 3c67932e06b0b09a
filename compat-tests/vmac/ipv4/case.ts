/** VRRPv2 with use_vmac on both routers: the virtual MAC address moves with the addresses. */
import { filtersOf } from '../../lib/firewall.ts';
import { linksOf } from '../../lib/links.ts';
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

const more = ['use_vmac', 'virtual_ipaddress_excluded {', '  10.0.0.101/24', '  10.0.0.102/24 dev eth0', '}'];
const spec = { version: 2, advert: 1, more } as const;

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await scene.phase('start');
  await masterAndBackup(scene, { ...spec, priority: 150 }, { ...spec, priority: 100 });
  scene.fact('master', await linksOf(a.ns));
  scene.fact('backup', await linksOf(b.ns));
  scene.fact('filters of the master', await filtersOf(a.ns));
  scene.fact('filters of the backup', await filtersOf(b.ns));
  scene.fact('resolved', (await lab.resolve('10.0.0.100')) ?? 'nobody');
  await scene.phase('failover');
  await a.stop();
  await scene.master(b);
  scene.fact('stopped', await linksOf(a.ns));
  scene.fact('filters after it', await filtersOf(a.ns));
  scene.fact('new master', await linksOf(b.ns));
  scene.fact('resolved again', (await lab.resolve('10.0.0.100')) ?? 'nobody');
});
