/**
 * A script without weight: FAULT with two priority 0 adverts when it fails, back to BACKUP when it succeeds.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { instance, script } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const text = (priority: number) =>
  [
    script('probe', '/usr/bin/test ! -f @DIR@/bad'),
    instance({ priority, more: ['track_script {', '  probe', '}'] }),
  ].join('\n');

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('start');
  await a.start(text(150));
  await scene.master(a);
  await b.start(instance({ priority: 100 }));
  await scene.moreAdverts(a, 4);
  await scene.phase('script fails');
  writeFileSync(`${a.dir}/bad`, '');
  await scene.state(a, 'FAULT');
  await scene.master(b);
  await scene.phase('script succeeds');
  rmSync(`${a.dir}/bad`);
  await scene.master(a);
  await scene.state(b, 'BACKUP');
});
