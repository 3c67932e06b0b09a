/** keepalived.json of a rich configuration, field by field. */
import { jsonOf } from '../../lib/dumps.ts';
import { scenario } from '../../lib/scenario.ts';
import { rich } from '../rich.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await lab.addLink(1);
  await scene.phase('start', 'outcome');
  await a.start(rich);
  await a.sees(/\(V6\) Entering MASTER STATE/);
  await a.sees(/bad/);
  await a.sees(/on eth0 for fd00::200/);
  scene.fact('json', await jsonOf(a));
});
