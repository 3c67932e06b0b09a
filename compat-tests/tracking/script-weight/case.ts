/** A script with a negative and one with a positive weight: the priority in adverts follows. */
import { rmSync, writeFileSync } from 'node:fs';
import { instance, script } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  script('minus', '/usr/bin/test ! -f @DIR@/bad', ['interval 1', 'weight -60']),
  script('plus', '/usr/bin/test -f @DIR@/good', ['interval 1', 'weight 20']),
  instance({ priority: 150, more: ['track_script {', '  minus', '  plus', '}'] }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('start', 'outcome');
  await a.start(text);
  await scene.master(a);
  await b.start(instance({ priority: 100 }));
  await scene.moreAdverts(a, 4);
  await scene.phase('plus succeeds');
  writeFileSync(`${a.dir}/good`, '');
  await until(() => scene.adverts('a').some((p) => p.priority === 170), 5_000, 'priority 170');
  await scene.phase('minus fails');
  writeFileSync(`${a.dir}/bad`, '');
  await until(() => scene.adverts('a').some((p) => p.priority === 110), 5_000, 'priority 110');
  await scene.phase('plus fails');
  rmSync(`${a.dir}/good`);
  await scene.master(b);
  await scene.state(a, 'BACKUP');
  await scene.phase('minus succeeds');
  rmSync(`${a.dir}/bad`);
  await scene.master(a);
  await scene.state(b, 'BACKUP');
});
