/** One member may not preempt: the other wants to, and the group waits until the master says goodbye. */
import { both, pair } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  scene.notifyInAnyOrder = true;
  await scene.phase('master');
  await b.start(pair({ priority: 100 }));
  await both(b, 'MASTER');
  await scene.phase('better one may not', 'outcome');
  await a.start(pair({ priority: 200, one: { more: ['nopreempt'] } }));
  await a.sees(/\(TWO\) Receive advertisement timeout/, 2);
  await scene.phase('master stops', 'outcome');
  await b.stop();
  await both(a, 'MASTER');
});
