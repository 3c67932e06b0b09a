/** A group with higher priorities takes over from a running one, and loses to it by a crash. */
import { both, pair } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  scene.notifyInAnyOrder = true;
  await scene.phase('first');
  await b.start(pair({ priority: 100 }));
  await both(b, 'MASTER');
  // In which order the two discard the adverts of the other router is chance.
  await scene.phase('better one', 'outcome');
  await a.start(pair({ priority: 200 }));
  await both(a, 'MASTER');
  await both(b, 'BACKUP');
  await scene.moreAdverts(a, 4);
  await scene.phase('crash');
  await a.crash();
  await both(b, 'MASTER');
  await b.sees(/\(ONE\) Sending\/queueing/, 2);
});
