/** Both members have a fault: the group stays in FAULT until the last one is gone. */
import { both, pair } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  scene.notifyInAnyOrder = true;
  await lab.addLink(1);
  await scene.phase('start');
  await a.start(pair({ priority: 200, apart: true }));
  await both(a, 'MASTER');
  await scene.phase('first fault');
  await lab.cable('a', 'down', 1);
  await both(a, 'FAULT');
  await scene.phase('second fault');
  await lab.cable('a', 'down', 0);
  await a.sees(/Netlink reports eth0 down/);
  await scene.phase('first one gone');
  await lab.cable('a', 'up', 1);
  await a.sees(/Netlink reports eth1 up/);
  await scene.phase('second one gone');
  await lab.cable('a', 'up', 0);
  await both(a, 'MASTER');
  await a.sees(/\(ONE\) Sending\/queueing/, 2);
});
