/** Pid files while running and after SIGTERM; the stop of a backup; SIGINT. */
import { readFileSync } from 'node:fs';
import { PID_FILES } from '../../lib/daemon.ts';
import type { Router } from '../../lib/router.ts';
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

const files = (router: Router) => PID_FILES.filter((file) => router.daemon.pidIn(file) !== undefined);

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('start');
  await masterAndBackup(scene, { priority: 150 }, { priority: 100 });
  scene.fact('files while running', files(a));
  scene.fact('file text', /^\d+\n$/.test(readFileSync(a.daemon.pidPath('parent'), 'utf8')));
  scene.fact('parent file is the parent', a.daemon.pidIn('parent') === a.daemon.pid);
  await scene.phase('backup gets SIGINT');
  b.daemon.signal('SIGINT');
  scene.fact('exit code of SIGINT', await b.daemon.ended());
  scene.fact('files of the backup', files(b));
  await scene.phase('master gets SIGTERM');
  scene.fact('exit code of SIGTERM', await a.stop());
  scene.fact('files of the master', files(a));
});
