/** keepalived.data and keepalived_parent.data of a rich configuration, line by line. */
import { dataOf } from '../../lib/dumps.ts';
import { scenario } from '../../lib/scenario.ts';
import { startRich } from '../rich.ts';

export const run = scenario(async (scene) => {
  await startRich(scene);
  scene.fact('data', await dataOf(scene.a));
  scene.fact('parent', await dataOf(scene.a, 'keepalived_parent.data'));
});
