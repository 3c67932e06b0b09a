/** use_vmac_addr, and use_vmac on single addresses: VMACs for other interfaces and the other family. */
import { instance } from '../../lib/config.ts';
import { linksOf } from '../../lib/links.ts';
import { scenario } from '../../lib/scenario.ts';

const all = [
  'use_vmac',
  'use_vmac_addr',
  'virtual_ipaddress_excluded {',
  '  fd00::100/64',
  '  fd01::100/64 dev eth1',
  '  10.1.0.100/24 dev eth1',
  '}',
];
const some = [
  'virtual_ipaddress_excluded {',
  '  10.0.0.152/24 use_vmac',
  '  10.1.0.152/24 dev eth1 use_vmac',
  '  fd00::152/64',
  '}',
];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await lab.addLink(1);
  scene.notifyInAnyOrder = true;
  await scene.phase('start', 'outcome');
  const others = { name: 'SOME', vrid: 52, priority: 150, vips: ['10.0.0.52/24'], more: some };
  await a.start(`${instance({ priority: 150, more: all })}\n${instance(others)}`);
  await scene.state(a, 'MASTER');
  await a.sees(/\(SOME\) Entering MASTER/);
  scene.fact('master', await linksOf(a.ns, ['eth0', 'eth1']));
  const announced = a.logged(/Sending\/queueing/).map(({ text }) => text);
  scene.fact('announced', announced.sort());
  await scene.phase('down', 'outcome');
  await lab.ip('a', 'link', 'set', 'vrrp1.51', 'down');
  await scene.state(a, 'FAULT');
  await scene.phase('up', 'outcome');
  await lab.ip('a', 'link', 'set', 'vrrp1.51', 'up');
  await a.sees(/\(VI\) Entering MASTER/, 2);
  await scene.phase('deleted', 'outcome');
  await lab.ip('a', 'link', 'del', 'vrrp1.51');
  await a.sees(/\(VI\) Entering FAULT/, 2);
  const again = a.sees(/\(VI\) Entering MASTER/, 3, 2_000);
  scene.fact(
    'comes back',
    await again.then(
      () => true,
      () => false,
    ),
  );
  await scene.phase('stop', 'outcome');
  await a.stop();
  scene.fact('stopped', await linksOf(a.ns, ['eth0', 'eth1']));
});
