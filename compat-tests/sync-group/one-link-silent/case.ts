/**
 * The adverts of one member no longer arrive: its peer times out again and again, but the group waits for the
 * member that still hears its master. When that one falls silent too, the group takes over.
 */
import { both, pair, startPair } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  scene.notifyInAnyOrder = true;
  scene.endDetail = 'outcome';
  await lab.addLink(1);
  await startPair(scene, pair({ priority: 200, apart: true }), pair({ priority: 100, apart: true }));
  await scene.phase('one link silent');
  await lab.isolate('a', true, 1);
  await b.sees(/\(TWO\) Receive advertisement timeout/, 3);
  await scene.phase('both links silent', 'outcome');
  await lab.isolate('a', true, 0);
  await both(b, 'MASTER');
  await scene.phase('one link back', 'outcome');
  await lab.isolate('a', false, 1);
  await both(b, 'BACKUP');
  await scene.phase('both links back', 'outcome');
  await lab.isolate('a', false, 0);
  await scene.moreAdverts(a, 6);
});
