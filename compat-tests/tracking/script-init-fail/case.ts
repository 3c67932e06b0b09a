/** init_fail: the instance starts in FAULT until the script has succeeded as often as `rise` asks. */
import { rmSync, writeFileSync } from 'node:fs';
import { instance, script } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  script('probe', '/usr/bin/test -f @DIR@/good', ['interval 1', 'init_fail', 'rise 2', 'fall 2']),
  instance({ priority: 150, more: ['track_script {', '  probe', '}'] }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await a.start(text);
  await a.sees(/VRRP_Script.*failed/);
  await scene.phase('succeeds twice');
  writeFileSync(`${a.dir}/good`, '');
  await scene.master(a);
  await scene.phase('fails twice');
  rmSync(`${a.dir}/good`);
  await scene.state(a, 'FAULT');
});
