/** track_interface without weight: the other interface going down is a FAULT. */
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

const more = ['track_interface {', '  eth1', '}'];

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await lab.addLink(1);
  await scene.phase('start');
  await masterAndBackup(scene, { priority: 150, more }, { priority: 100 });
  await scene.phase('eth1 down');
  await lab.ip('a', 'link', 'set', 'eth1', 'down');
  await scene.state(a, 'FAULT');
  await scene.master(b);
  await scene.phase('eth1 up');
  await lab.ip('a', 'link', 'set', 'eth1', 'up');
  await scene.master(a);
  await scene.state(b, 'BACKUP');
});
