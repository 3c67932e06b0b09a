/** SIGHUP of a backup without a change: it stays quiet. */
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('start');
  await masterAndBackup(scene, { priority: 150 }, { priority: 100 });
  await scene.phase('reload');
  await b.reload();
  await scene.moreAdverts(a, 5);
  scene.fact('adverts of the backup', scene.adverts('b').length);
});
