/** Two instances with one VRID on one interface. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';
import { startOrEnd } from '../../lib/steps.ts';

const text = [
  instance({ usual: false, name: 'ONE', priority: 150 }),
  instance({ usual: false, name: 'TWO', priority: 150, vips: ['10.0.0.101/24'] }),
].join('\n');

export const run = scenario(async (scene) => {
  await scene.phase('start');
  await startOrEnd(scene, text, 'ONE');
});
