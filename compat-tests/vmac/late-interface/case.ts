/**
 * dynamic_interfaces: the interface below appears after the start, and the VMAC with it. Beside it an
 * instance without VMAC has promote_secondaries set, and set back at the end.
 */
import { instance } from '../../lib/config.ts';
import { linksOf } from '../../lib/links.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await lab.addLink(1);
  await lab.ip('a', 'link', 'del', 'eth0');
  scene.notifyInAnyOrder = true;
  await scene.phase('start', 'outcome');
  const late = instance({ priority: 150, more: ['use_vmac'] });
  const plain = { name: 'PLAIN', interface: 'eth1', vrid: 52, priority: 150, vips: ['10.1.0.52/24'] };
  const promoting = instance({ ...plain, more: ['promote_secondaries'] });
  await a.start(`${late}\n${promoting}`, { globals: ['dynamic_interfaces allow_if_changes'] });
  await a.sees(/\(PLAIN\) Entering MASTER/);
  scene.fact(
    'faults',
    a.logged(/FAULT/i).map(({ text }) => text),
  );
  scene.fact('without', await linksOf(a.ns, ['eth1']));
  await scene.phase('created', 'outcome');
  await lab.plug('a');
  await a.sees(/\(VI\) Entering MASTER/);
  scene.fact('with', await linksOf(a.ns, ['eth0', 'eth1']));
  await scene.phase('stop', 'outcome');
  await a.stop();
  scene.fact('stopped', await linksOf(a.ns, ['eth0', 'eth1']));
});
