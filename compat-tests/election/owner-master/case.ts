/** Priority 255 with state MASTER: master at once, without the BACKUP state in between. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';
import { startTimed } from '../../lib/steps.ts';

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('owner starts');
  await startTimed(scene, a, { priority: 255, state: 'MASTER' }, 0);
  await scene.phase('other starts');
  await b.start(instance({ priority: 254 }));
  await scene.moreAdverts(a, 6);
});
