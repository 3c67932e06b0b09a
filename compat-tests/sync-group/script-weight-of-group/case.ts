/** A script with a weight that the group tracks moves the priority of every member. */
import { rmSync, writeFileSync } from 'node:fs';
import { script } from '../../lib/config.ts';
import { both, pair, startPair } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  script('probe', '/usr/bin/test ! -f @DIR@/bad', ['interval 1', 'weight -120']),
  pair({ priority: 200, group: ['track_script {', '  probe', '}'] }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  scene.notifyInAnyOrder = true;
  await startPair(scene, text, pair({ priority: 160 }));
  // Which of two adverts of the new master arrives first leads the old one's way down.
  await scene.phase('script fails', 'outcome');
  writeFileSync(`${a.dir}/bad`, '');
  await both(b, 'MASTER');
  await both(a, 'BACKUP');
  await scene.phase('script succeeds', 'outcome');
  rmSync(`${a.dir}/bad`);
  await both(a, 'MASTER');
  await both(b, 'BACKUP');
});
