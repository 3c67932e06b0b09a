/** A file without any instance. */
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  a.configure('');
  a.launch();
  await a.sees(/no configuration/);
  scene.fact('exit code', a.daemon.exitCode ?? 'runs');
});
