/** Two routers: the higher priority becomes master, the lower one stays backup and sends nothing. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';
import { startTimed, steadyInterval } from '../../lib/steps.ts';

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('higher starts');
  await startTimed(scene, a, { priority: 150 });
  await scene.phase('lower starts');
  await b.start(instance({ priority: 100 }));
  await scene.moreAdverts(a, 8);
  scene.fact('adverts of the lower one', scene.adverts('b').length);
  steadyInterval(scene, a, 200);
});
