/** A reload adds a member to a group that is master. */
import { instance } from '../../lib/config.ts';
import { both, pair, syncGroup } from '../../lib/groups.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const alone = [instance({ name: 'ONE', priority: 200, vrid: 51 }), syncGroup(['ONE'])].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.notifyInAnyOrder = true;
  await scene.phase('start', 'outcome');
  await a.start(alone);
  await until(() => a.state('ONE') === 'MASTER', 8_000, 'ONE to be master');
  await scene.phase('member added', 'outcome');
  await a.reload(pair({ priority: 200 }));
  await until(() => a.state('TWO') === 'MASTER', 8_000, 'TWO to be master');
  await both(a, 'MASTER');
  await scene.phase('member removed', 'outcome');
  await a.reload(alone);
  await scene.moreAdverts(a, 6);
});
