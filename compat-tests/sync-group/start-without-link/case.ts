/** A group starts while one member has no link. */
import { both, pair } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  scene.notifyInAnyOrder = true;
  await lab.addLink(1);
  await lab.cable('a', 'down', 1);
  await scene.phase('start');
  await a.start(pair({ priority: 200, apart: true }));
  await both(a, 'FAULT');
  await scene.phase('link comes');
  await lab.cable('a', 'up', 1);
  await both(a, 'MASTER');
  await a.sees(/\(ONE\) Sending\/queueing/);
});
