/** The interface of an instance does not exist. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await a.start(instance({ usual: false, priority: 150, interface: 'eth9' }));
  scene.fact('exit code', a.daemon.exitCode ?? 'runs');
});
