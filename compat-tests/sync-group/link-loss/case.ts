/** One member loses its link: the whole group goes to FAULT and comes back when the link does. */
import { both, pair, startPair } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  scene.notifyInAnyOrder = true;
  await lab.addLink(1);
  await startPair(scene, pair({ priority: 200, apart: true }), pair({ priority: 100, apart: true }));
  await scene.phase('link lost');
  await lab.cable('a', 'down', 1);
  await both(a, 'FAULT');
  await both(b, 'MASTER');
  await b.sees(/\(ONE\) Sending\/queueing/);
  // In which order the two discard the adverts of the other router is chance.
  await scene.phase('link back', 'outcome');
  await lab.cable('a', 'up', 1);
  await both(a, 'MASTER');
  await both(b, 'BACKUP');
  await a.sees(/\(ONE\) Sending\/queueing/, 2);
});
