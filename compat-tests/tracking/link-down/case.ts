/** The interface of the instance is set down and up again by an administrator. */
import { masterDownMs } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await scene.phase('start');
  await masterAndBackup(scene, { priority: 150 }, { priority: 100 });
  await scene.phase('down');
  await lab.ip('a', 'link', 'set', 'eth0', 'down');
  await scene.state(a, 'FAULT');
  await scene.master(b);
  scene.timing('takeover', scene.takeoverMs(a, b), masterDownMs({ priority: 100 }));
  await scene.phase('up');
  const upUs = Date.now() * 1000;
  await lab.ip('a', 'link', 'set', 'eth0', 'up');
  await scene.master(a);
  const down = masterDownMs({ priority: 150 });
  const waitedMs = ((scene.adverts('a', upUs)[0]?.atUs ?? 0) - upUs) / 1000;
  scene.timing('up to first advert', waitedMs, down, down);
  await scene.state(b, 'BACKUP');
});
