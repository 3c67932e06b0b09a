/** Addresses that are none, beside a good one. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const vips = ['not-an-address', '10.0.0.300/24', '10.0.0.99/33', '10.0.0.100/24', '10.0.0.101/24 dev eth9'];

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await a.start(instance({ usual: false, priority: 150, vips }));
  if (a.daemon.exitCode === undefined) await scene.master(a);
  scene.fact('exit code', a.daemon.exitCode ?? 'runs');
});
