/** startup_script runs before the first child, shutdown_script after the last; neither stops the daemon. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

/** It tells what it is given and which processes there are, takes a while and ends with a status. */
const SCRIPT = `#!/bin/sh
dir=\${0%/*}
vrrp=none; [ -e "$dir/vrrp.pid" ] && vrrp=runs
echo "$1 $# vrrp $vrrp uid $(id -u)" >> "$dir/told"
[ "$2" = 0 ] || exec sleep "$2"
exit "$3"
`;

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  const script = join(a.dir, 'tell');
  const told = (): string[] => {
    const file = join(a.dir, 'told');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  };
  const said = (): string[] =>
    a.daemon.log
      .map(({ text }) => text.replace(a.dir, 'DIR'))
      .filter((text) => /(?:startup|shutdown) script|^Starting VRRP/.test(text))
      .map((text) => text.replace(/pid=\d+/, 'pid'));
  const runs: readonly (readonly [name: string, start: string, stop: string])[] = [
    ['well', '0 0', '0 0'],
    ['in vain', '0 3', '0 4'],
    ['too long', '30 0', '30 0'],
  ];
  await scene.phase('runs', 'outcome');
  writeFileSync(script, SCRIPT);
  chmodSync(script, 0o755);
  for (const [name, start, stop] of runs) {
    const globals = [
      'script_user root',
      `startup_script "${script} start ${start}"`,
      'startup_script_timeout 1',
      `shutdown_script "${script} stop ${stop}"`,
      'shutdown_script_timeout 1',
    ];
    await a.start(instance({ priority: 150 }), { globals });
    await a.sees(/Entering MASTER STATE/);
    await a.stop();
    scene.fact(`${name}: log`, said());
    scene.fact(`${name}: exit`, a.daemon.exitCode ?? -1);
  }
  scene.fact('told', told());
});
