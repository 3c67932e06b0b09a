/** Started while the interface is down: FAULT, and the normal election when it comes up. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await lab.ip('a', 'link', 'set', 'eth0', 'down');
  await scene.phase('start');
  await a.start(instance({ priority: 150 }));
  await scene.state(a, 'FAULT');
  await scene.phase('up');
  await lab.ip('a', 'link', 'set', 'eth0', 'up');
  await scene.master(a);
});
