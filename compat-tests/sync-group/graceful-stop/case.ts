/** Stopping says goodbye for every member, and the other group takes over after its slowest skew. */
import { both, pair, startPair } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  scene.notifyInAnyOrder = true;
  await startPair(scene, pair({ priority: 200 }), pair({ priority: 100 }));
  await scene.phase('stop');
  await a.stop();
  await both(b, 'MASTER');
  await b.sees(/\(ONE\) Sending\/queueing/);
});
