/** SIGHUP with another priority: first higher, then below the backup's. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('start');
  await masterAndBackup(scene, { priority: 150 }, { priority: 100 });
  await scene.phase('raise');
  await a.reload(instance({ priority: 160 }));
  await scene.moreAdverts(a, 3);
  await scene.phase('lower');
  await a.reload(instance({ priority: 90 }));
  await scene.master(b);
  await scene.state(a, 'BACKUP');
  await scene.phase('raise again');
  await a.reload(instance({ priority: 200 }));
  await scene.master(a);
  await scene.state(b, 'BACKUP');
});
