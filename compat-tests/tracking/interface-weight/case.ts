/** track_interface with weight: the priority falls instead. */
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

const more = ['track_interface {', '  eth1 weight -60', '}'];

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await lab.addLink(1);
  await scene.phase('start');
  await masterAndBackup(scene, { priority: 150, more }, { priority: 100 });
  await scene.phase('eth1 loses carrier');
  await lab.cable('a', 'down', 1);
  await scene.master(b);
  await scene.state(a, 'BACKUP');
  await scene.phase('eth1 up');
  await lab.cable('a', 'up', 1);
  await scene.master(a);
  await scene.state(b, 'BACKUP');
});
