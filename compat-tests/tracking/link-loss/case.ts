/** The carrier of the master's interface goes away and comes back; then the backup's. */
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await scene.phase('start');
  await masterAndBackup(scene, { priority: 150 }, { priority: 100 });
  await scene.phase('master loses carrier');
  await lab.cable('a', 'down');
  await scene.state(a, 'FAULT');
  await scene.master(b);
  await scene.phase('master has carrier');
  await lab.cable('a', 'up');
  await scene.master(a);
  await scene.state(b, 'BACKUP');
  await scene.phase('backup loses carrier');
  await lab.cable('b', 'down');
  await scene.state(b, 'FAULT');
  await scene.phase('backup has carrier');
  await lab.cable('b', 'up');
  await scene.state(b, 'BACKUP');
  await scene.moreAdverts(a, 5);
});
