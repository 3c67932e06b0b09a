/** The only address is none. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await a.start(instance({ usual: false, priority: 150, vips: ['not-an-address'] }));
  if (a.daemon.exitCode === undefined) await scene.master(a).catch(() => undefined);
  scene.fact('exit code', a.daemon.exitCode ?? 'runs');
});
