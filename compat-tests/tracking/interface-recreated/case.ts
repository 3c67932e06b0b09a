/** The interface is deleted and created again under its name. */
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await scene.phase('start');
  await masterAndBackup(scene, { priority: 150 }, { priority: 100 });
  await scene.phase('deleted', 'outcome');
  await lab.ip('a', 'link', 'del', 'eth0');
  await scene.state(a, 'FAULT');
  await scene.master(b);
  await scene.phase('created', 'outcome');
  await lab.plug('a');
  await scene.master(a);
  await scene.state(b, 'BACKUP');
});
