/** Tools that read the dumps get the same from both daemons, by the ways in which they ask. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { join } from 'node:path';
import { block, instance, script } from '../../lib/config.ts';
import { daemonCommand } from '../../lib/daemon.ts';
import { ran } from '../../lib/exec.ts';
import { until } from '../../lib/poll.ts';
import { exporterJson, exporterStats, exporterText, vyosJson } from '../../lib/readers.ts';
import type { Router } from '../../lib/router.ts';
import { scenario } from '../../lib/scenario.ts';

const late = 'garp_master_delay 60';
const text = [
  script('chk', '/bin/true', ['interval 1']),
  instance({
    priority: 150,
    usual: false,
    vips: ['10.0.0.100/24', '10.0.0.101/24 dev eth0 label eth0:v'],
    more: [
      late,
      ...block('virtual_ipaddress_excluded', ['10.0.0.110']),
      ...block('track_script', ['chk']),
      ...block('authentication', ['auth_type PASS', 'auth_pass secret']),
    ],
    version: 2,
    advert: 1,
  }),
  instance({ name: 'two-2', vrid: 52, priority: 140, usual: false, vips: ['10.0.0.120'], more: [late] }),
].join('\n');

/** As VyOS does it: the file is deleted, and read at the end of a write to a file of exactly that name. */
async function asked(router: Router, name: string, signal: string): Promise<string> {
  const { dir } = router.daemon;
  const file = join(dir, name);
  rmSync(file, { force: true });
  mkdirSync(dir, { recursive: true });
  let seen = false;
  const watcher = watch(dir, (_, changed) => {
    seen ||= changed === name;
  });
  const { stdout } = await ran([daemonCommand(router.kind), `--signum=${signal}`]);
  process.kill(Number(readFileSync(router.daemon.pidPath('parent'), 'utf8')), Number(stdout));
  let before = '';
  await until(
    () => {
      const now = existsSync(file) ? readFileSync(file, 'utf8') : '';
      const still = seen && now !== '' && now === before;
      before = now;
      return still;
    },
    5_000,
    name,
  );
  watcher.close();
  return before;
}

const shell = (command: string, cwd: string): string[] =>
  execFileSync('sh', ['-c', command], { cwd, encoding: 'utf8' }).trim().split('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  await a.start(text);
  await until(() => a.state('VI') === 'MASTER' && a.state('two-2') === 'MASTER', 12_000, 'both masters');
  await scene.moreAdverts(a, 2);
  const json = await asked(a, 'keepalived.json', 'JSON');
  scene.fact('exporter, JSON', exporterJson(json));
  scene.fact('VyOS, JSON', vyosJson(json));
  // A script may be caught running.
  const data = exporterText(await asked(a, 'keepalived.data', 'DATA'));
  scene.fact(
    'exporter, data',
    data.map((line) => line.replace(/State=(idle|running)$/, 'State=idle')),
  );
  const known = (line: string): boolean => !line.includes('Extension');
  scene.fact('exporter, stats', exporterStats(await asked(a, 'keepalived.stats', 'STATS')).filter(known));
  const { dir } = a.daemon;
  scene.fact('Roxy-WI', shell("grep 'Became master' keepalived.stats | awk '{print $3}'", dir));
  const topology = "grep -A 6 'VRRP Topology' keepalived.data | awk -F= '/State/{print $2}'";
  scene.fact('agent', shell(topology, dir));
  const { stderr } = await ran([daemonCommand(a.kind), '--version']);
  const [first = ''] = stderr.split('\n');
  scene.fact('version', [
    /^Keepalived v\d+\.\d+\.\d+ \(/.test(first),
    stderr.includes('--enable-json'),
    (await ran([daemonCommand(a.kind), '-v'])).stdout,
  ]);
});
