/**
 * The master is stopped for a second and goes on: the backup took over, and there is one master at the end.
 */
import { tree } from '../../lib/processes.ts';
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('start');
  await masterAndBackup(scene, { priority: 150 }, { priority: 100 });
  await scene.phase('frozen');
  const pids = tree(a.daemon.pid);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  await scene.master(b);
  await scene.moreAdverts(b, 3);
  await scene.phase('goes on', 'outcome');
  for (const pid of pids) process.kill(pid, 'SIGCONT');
  await scene.state(b, 'BACKUP');
  await scene.moreAdverts(a, 3);
  scene.fact('adverts of the backup at the end', scene.adverts('b').length > 3);
});
