/** A second daemon with the pid files of a running one says so and ends; the first is not disturbed. */

import { instance } from '../../lib/config.ts';
import { Daemon } from '../../lib/daemon.ts';
import { tidyLog } from '../../lib/observe.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('first');
  await a.start(instance({ priority: 150 }));
  await scene.master(a);
  await scene.phase('second');
  const spec = { ns: a.ns, dir: a.dir, config: a.configPath };
  const second = new Daemon(a.kind, spec);
  scene.fact('exit code', await second.ended());
  const log = tidyLog(
    second.log.map((line) => line.text),
    a.dir,
    false,
  );
  scene.fact('log', [...log.parent, ...log.vrrp]);
  scene.fact('pid file is the first one', a.daemon.pidIn('parent') === a.daemon.pid);
  await scene.moreAdverts(a, 3);
});
