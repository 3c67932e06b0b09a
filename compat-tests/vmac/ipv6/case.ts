/** VRRPv3 for IPv6 with use_vmac: the link-local address of the interface below is the source of adverts. */
import { filtersOf } from '../../lib/firewall.ts';
import { linksOf } from '../../lib/links.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

const spec = { vips: ['fe80::100/64', 'fd00::100/64'], more: ['use_vmac'] } as const;

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  const onVmac = async (address: string) =>
    (await lab.ip('a', '-6', 'addr', 'show', 'dev', 'vrrp.51')).includes(address);
  await scene.phase('start');
  await masterAndBackup(scene, { ...spec, priority: 150 }, { ...spec, priority: 100 });
  scene.fact('master', await linksOf(a.ns));
  scene.fact('backup', await linksOf(b.ns));
  scene.fact('filters of the master', await filtersOf(a.ns));
  scene.fact('filters of the backup', await filtersOf(b.ns));
  await scene.phase('other source', 'outcome');
  await lab.ip('a', 'addr', 'add', 'fe80::77/64', 'dev', 'eth0', 'nodad');
  await lab.ip('a', 'addr', 'del', 'fe80::1/64', 'dev', 'eth0');
  await until(() => onVmac('fe80::77'), 4_000, 'the new link-local address');
  scene.fact('followed', await linksOf(a.ns));
  await lab.ip('a', 'addr', 'del', 'fe80::77/64', 'dev', 'eth0');
  await until(async () => !(await onVmac('fe80::77')), 4_000, 'the link-local address to go');
  scene.fact('derived', await linksOf(a.ns));
  await scene.phase('failover', 'outcome');
  await a.stop();
  await scene.master(b);
  scene.fact('stopped', await linksOf(a.ns));
  scene.fact('filters after it', await filtersOf(a.ns));
});
