/** An interface that the group tracks goes down. */
import { both, pair, startPair } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  scene.notifyInAnyOrder = true;
  await lab.addLink(1);
  await startPair(
    scene,
    pair({ priority: 200, group: ['track_interface {', '  eth1', '}'] }),
    pair({ priority: 100 }),
  );
  await scene.phase('down');
  await lab.cable('a', 'down', 1);
  await both(a, 'FAULT');
  await both(b, 'MASTER');
  await b.sees(/\(ONE\) Sending\/queueing/);
  // In which order the two discard the adverts of the other router is chance.
  await scene.phase('up', 'outcome');
  await lab.cable('a', 'up', 1);
  await both(a, 'MASTER');
  await both(b, 'BACKUP');
});
