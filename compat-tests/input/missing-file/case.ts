/** The configuration file does not exist. */
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  a.launch();
  scene.fact('exit code', await a.daemon.ended());
});
