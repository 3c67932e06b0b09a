/** Two masters are put into a group by a reload and taken out again: nothing happens to them. */
import { both, pair } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.notifyInAnyOrder = true;
  await scene.phase('start', 'outcome');
  await a.start(pair({ priority: 200, group: false }));
  await both(a, 'MASTER');
  await scene.phase('group', 'outcome');
  await a.reload(pair({ priority: 200 }));
  await scene.moreAdverts(a, 6);
  await scene.phase('no group', 'outcome');
  await a.reload(pair({ priority: 200, group: false }));
  await scene.moreAdverts(a, 6);
});
