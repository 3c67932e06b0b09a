/** Started while interfaces are down that the instance and its group track: FAULT, with a cause for each. */
import { block, instance } from '../../lib/config.ts';
import { syncGroup } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  for (const index of [1, 2]) {
    await lab.addLink(index);
    await lab.ip('a', 'link', 'set', `eth${index}`, 'down');
  }
  await scene.phase('start');
  const group = syncGroup(['VI_1'], block('track_interface', ['eth1']));
  const more = block('track_interface', ['eth2']);
  await a.start([group, instance({ priority: 150, more })].join('\n'));
  await scene.state(a, 'FAULT');
  await scene.phase('one is up');
  await lab.ip('a', 'link', 'set', 'eth1', 'up');
  await scene.phase('both are up');
  await lab.ip('a', 'link', 'set', 'eth2', 'up');
  await scene.master(a);
});
