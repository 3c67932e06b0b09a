/** keepalived.json of a rich configuration, field by field. */
import { jsonOf } from '../../lib/dumps.ts';
import { scenario } from '../../lib/scenario.ts';
import { startRich } from '../rich.ts';

export const run = scenario(async (scene) => {
  await startRich(scene);
  scene.fact('json', await jsonOf(scene.a));
});
