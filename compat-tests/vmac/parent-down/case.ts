/** The VMAC and the interface below go down, then are deleted; each time both come back. */

import { instance } from '../../lib/config.ts';
import { linksOf } from '../../lib/links.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await scene.phase('start', 'outcome');
  await a.start(instance({ priority: 150, more: ['use_vmac'] }));
  await scene.master(a);
  await scene.phase('VMAC down');
  await lab.ip('a', 'link', 'set', 'vrrp.51', 'down');
  await scene.state(a, 'FAULT');
  await scene.phase('VMAC up');
  await lab.ip('a', 'link', 'set', 'vrrp.51', 'up');
  await a.sees(/Entering MASTER STATE/, 2);
  await scene.phase('VMAC deleted', 'outcome');
  await lab.ip('a', 'link', 'del', 'vrrp.51');
  await a.sees(/Entering MASTER STATE/, 3);
  scene.fact('made again', await linksOf(a.ns));
  await scene.phase('down', 'outcome');
  await lab.ip('a', 'link', 'set', 'eth0', 'down');
  await scene.state(a, 'FAULT');
  await scene.phase('up', 'outcome');
  await lab.ip('a', 'link', 'set', 'eth0', 'up');
  await a.sees(/Entering MASTER STATE/, 4);
  await scene.phase('deleted', 'outcome');
  await lab.ip('a', 'link', 'del', 'eth0');
  await scene.state(a, 'FAULT');
  scene.fact('deleted', await linksOf(a.ns, []));
  await scene.phase('created', 'outcome');
  await lab.plug('a');
  await a.sees(/Entering MASTER STATE/, 5);
  scene.fact('created', await linksOf(a.ns));
});
