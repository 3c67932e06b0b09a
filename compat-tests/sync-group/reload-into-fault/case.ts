/** A reload groups a master with an instance in FAULT: both are in FAULT then, as long as the group is. */
import { pair } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  scene.notifyInAnyOrder = true;
  await lab.addLink(1);
  await lab.cable('a', 'down', 1);
  await scene.phase('start', 'outcome');
  await a.start(pair({ priority: 200, apart: true, group: false }));
  await a.sees(/\(ONE\) Sending\/queueing/);
  await scene.phase('group');
  await a.reload(pair({ priority: 200, apart: true }));
  await a.sees(/\(ONE\) entering FAULT state/i);
  await scene.phase('no group', 'outcome');
  await a.reload(pair({ priority: 200, apart: true, group: false }));
  await a.sees(/\(ONE\) Sending\/queueing/, 2);
});
