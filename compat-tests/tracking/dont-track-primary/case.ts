/** dont_track_primary: the interface going down is no FAULT; the master stays master. */
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await scene.phase('start');
  await masterAndBackup(scene, { priority: 150, more: ['dont_track_primary'] }, { priority: 100 });
  await scene.phase('carrier lost');
  await lab.cable('a', 'down');
  await scene.master(b);
  scene.fact('higher one', a.state() ?? 'silent');
  await scene.phase('carrier back', 'outcome');
  await lab.cable('a', 'up');
  await scene.state(b, 'BACKUP');
  await scene.moreAdverts(a, 3);
  scene.fact('higher one after', a.state() ?? 'silent');
});
