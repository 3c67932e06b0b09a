/** A script of the group fails from the start: it is a cause of each member, and each one reports FAULT. */
import { writeFileSync } from 'node:fs';
import { script } from '../../lib/config.ts';
import { both, pair } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  script('probe', '/usr/bin/test -f @DIR@/good', ['interval 1', 'init_fail', 'rise 2']),
  pair({ priority: 200, group: ['track_script {', '  probe', '}'] }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.notifyInAnyOrder = true;
  await scene.phase('start');
  await a.start(text);
  await a.sees(/VRRP_Group\(G\) Syncing instances to FAULT state/);
  await scene.phase('script succeeds');
  writeFileSync(`${a.dir}/good`, '');
  await both(a, 'MASTER');
});
