/** SIGHUP without a change: no transition, no announcement, and the adverts never stop. */
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await masterAndBackup(scene, { priority: 150 }, { priority: 100 });
  await scene.phase('reload');
  await scene.moreAdverts(a, 2);
  await a.reload();
  await scene.moreAdverts(a, 4);
  scene.fact('announcements', scene.announcements('a').length);
  scene.timing('longest interval', Math.max(...scene.gapsMs(a)), 0, 200);
  scene.fact('adverts close together', scene.gapsMs(a).filter((ms) => ms < 20).length > 0);
});
