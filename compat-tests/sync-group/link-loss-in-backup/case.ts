/** A backup group loses a link and gets it back: only the member with the fault says so. */
import { pair, startPair } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  scene.notifyInAnyOrder = true;
  await lab.addLink(1);
  await startPair(scene, pair({ priority: 200, apart: true }), pair({ priority: 100, apart: true }));
  await scene.phase('link lost');
  await lab.cable('b', 'down', 0);
  await scene.moreAdverts(a, 4);
  await scene.phase('link back');
  await lab.cable('b', 'up', 0);
  await b.sees(/\(TWO\) Entering BACKUP STATE$/);
  await scene.moreAdverts(a, 4);
});
