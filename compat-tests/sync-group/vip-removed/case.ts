/** Somebody deletes an address of one member: every member steps down for one skew time. */
import { both, pair } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  scene.notifyInAnyOrder = true;
  await scene.phase('start');
  await a.start(pair({ priority: 200 }));
  await both(a, 'MASTER');
  await scene.moreAdverts(a, 4);
  await scene.phase('removed');
  await lab.ip('a', 'addr', 'del', '10.0.0.101/24', 'dev', 'eth0');
  await both(a, 'BACKUP');
  await both(a, 'MASTER');
  await a.sees(/\(ONE\) Sending\/queueing/, 2);
});
