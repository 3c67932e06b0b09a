/** Priority 255 with state BACKUP: upstream still waits three advert intervals. */
import { scenario } from '../../lib/scenario.ts';
import { startTimed } from '../../lib/steps.ts';

export const run = scenario(async (scene) => {
  await scene.phase('owner starts');
  await startTimed(scene, scene.a, { priority: 255 });
});
