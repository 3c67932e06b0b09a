/** A script that hangs is ended after its timeout and counts as failed. */
import { writeFileSync } from 'node:fs';
import { instance, script } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  script('probe', '@DIR@/hang', ['interval 2', 'timeout 1']),
  instance({ priority: 150, more: ['track_script {', '  probe', '}'] }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  writeFileSync(`${a.dir}/hang`, '#!/bin/sh\ntest -f "$0.not" || exec sleep 100\n', { mode: 0o755 });
  await scene.phase('hangs');
  await a.start(text);
  await a.sees(/VRRP_Script\(probe\)/);
  await scene.phase('succeeds');
  writeFileSync(`${a.dir}/hang.not`, '');
  await scene.master(a);
});
