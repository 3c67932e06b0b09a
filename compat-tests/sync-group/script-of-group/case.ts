/** A script without weight that the group tracks counts for every member. */
import { rmSync, writeFileSync } from 'node:fs';
import { script } from '../../lib/config.ts';
import { both, pair } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  script('probe', '/usr/bin/test ! -f @DIR@/bad'),
  pair({ priority: 200, group: ['track_script {', '  probe', '}'] }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  scene.notifyInAnyOrder = true;
  await scene.phase('start');
  await a.start(text);
  await both(a, 'MASTER');
  await b.start(pair({ priority: 100 }));
  await both(b, 'BACKUP');
  await scene.moreAdverts(a, 6);
  await scene.phase('script fails');
  writeFileSync(`${a.dir}/bad`, '');
  await both(a, 'FAULT');
  await both(b, 'MASTER');
  await b.sees(/\(ONE\) Sending\/queueing/);
  // In which order the two discard the adverts of the other router is chance.
  await scene.phase('script succeeds', 'outcome');
  rmSync(`${a.dir}/bad`);
  await both(a, 'MASTER');
  await both(b, 'BACKUP');
});
