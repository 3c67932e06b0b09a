/** vrrp_min_garp: one announcement of each address, and nothing later. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  const vips = ['10.0.0.100/24', '10.0.0.101/24'];
  const text = instance({ priority: 150, vips, more: ['notify @NOTIFY@'], usual: false });
  await a.start(text, { globals: ['vrrp_min_garp'] });
  await scene.master(a);
});
