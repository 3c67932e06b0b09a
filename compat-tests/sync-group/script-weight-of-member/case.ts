/**
 * With sync_group_tracking_weight a member keeps its weighted tracker: its priority falls, its peer times
 * out, and the group waits all the same for the other member.
 */
import { writeFileSync } from 'node:fs';
import { script } from '../../lib/config.ts';
import { pair, startPair } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  script('probe', '/usr/bin/test ! -f @DIR@/bad', ['interval 1', 'weight -120']),
  pair({
    priority: 200,
    two: { more: ['track_script {', '  probe', '}'] },
    group: ['sync_group_tracking_weight'],
  }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  scene.notifyInAnyOrder = true;
  scene.endDetail = 'outcome';
  await startPair(scene, text, pair({ priority: 100 }));
  await scene.phase('script fails');
  writeFileSync(`${a.dir}/bad`, '');
  await b.sees(/\(TWO\) Receive advertisement timeout/, 2);
});
