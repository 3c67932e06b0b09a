/** Unicast peers over IPv4: source, destination, TTL; failover by crash. */
import { masterDownMs, unicast } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('start');
  await masterAndBackup(
    scene,
    { priority: 150, more: unicast('10.0.0.1', '10.0.0.2') },
    { priority: 100, more: unicast('10.0.0.2', '10.0.0.1') },
  );
  await scene.phase('crash');
  await a.crash();
  await scene.master(b);
  scene.timing('takeover', scene.takeoverMs(a, b), masterDownMs({ priority: 100 }));
});
