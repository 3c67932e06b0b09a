/** SIGTERM: priority 0, addresses away, and the backup takes over after Skew_Time. */
import { skewMs } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await scene.phase('start');
  await masterAndBackup(scene, { priority: 150 }, { priority: 100 });
  scene.fact('client before', (await lab.resolve('10.0.0.100')) ?? 'nobody');
  await scene.phase('stop');
  scene.fact('exit code', await a.stop());
  await scene.master(b);
  scene.timing('takeover', scene.takeoverMs(a, b), skewMs({ priority: 100 }));
  scene.fact('client after', (await lab.resolve('10.0.0.100')) ?? 'nobody');
});
