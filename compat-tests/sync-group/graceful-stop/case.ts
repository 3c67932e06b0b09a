/** Stopping says goodbye for every member, and the other group takes over after its slowest skew. */
import { both, pair } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  scene.notifyInAnyOrder = true;
  await scene.phase('start');
  await a.start(pair({ priority: 200 }));
  await both(a, 'MASTER');
  await b.start(pair({ priority: 100 }));
  await both(b, 'BACKUP');
  await scene.moreAdverts(a, 6);
  await scene.phase('stop');
  await a.stop();
  await both(b, 'MASTER');
  await b.sees(/\(ONE\) Sending\/queueing/);
});
