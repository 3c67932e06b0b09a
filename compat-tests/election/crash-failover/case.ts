/**
 * The master dies without a word: the backup takes over after Master_Down_Interval, addresses stay behind.
 */
import { instance, masterDownMs } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await scene.phase('start');
  await masterAndBackup(scene, { priority: 150 }, { priority: 100 });
  await scene.phase('crash');
  await a.crash();
  await scene.master(b);
  scene.timing('takeover', scene.takeoverMs(a, b), masterDownMs({ priority: 100 }));
  scene.fact(
    'pid files left',
    a.daemon.pidIn('parent') !== undefined && a.daemon.pidIn('vrrp') !== undefined,
  );
  await scene.phase('the dead one is back');
  await a.start(instance({ priority: 150 }));
  await scene.master(a);
  await scene.state(b, 'BACKUP');
  scene.fact('client reaches', (await lab.resolve('10.0.0.100')) ?? 'nobody');
});
