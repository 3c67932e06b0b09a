/** `state MASTER` below priority 255 changes nothing at the start: three intervals and the skew. */
import { scenario } from '../../lib/scenario.ts';
import { startTimed } from '../../lib/steps.ts';

export const run = scenario(async (scene) => {
  await scene.phase('start');
  await startTimed(scene, scene.a, { priority: 150, state: 'MASTER' });
});
