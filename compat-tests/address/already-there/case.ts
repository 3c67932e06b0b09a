/** The VIP is already on the interface when the daemon starts, and again when it stops. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await lab.ip('a', 'addr', 'add', '10.0.0.100/24', 'dev', 'eth0');
  await scene.phase('start');
  await a.start(instance({ priority: 150 }));
  await scene.master(a);
  await scene.phase('stop');
  await a.stop();
});
