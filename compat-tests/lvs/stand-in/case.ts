/**
 * Sorry servers that come and go, or stay at weight 0, for real servers that do the one or the other. A
 * tracked file says whether the real servers are up.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { block } from '../../lib/config.ts';
import { CHECKER_FLAGS, looksAtServers, virtualServer } from '../../lib/lvs.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs', 'ip_vs_rr'];

const check = block('FILE_CHECK', ['track_file up', 'weight 0']);
const server = (last: number, sorry: string[], real: string[]): string =>
  virtualServer(`10.0.0.${last} 80`, [
    'protocol TCP',
    'lb_kind NAT',
    'lb_algo rr',
    'sorry_server 127.0.8.1 80',
    ...sorry,
    ...block('real_server 127.0.9.1 80', [...real, ...check]),
  ]);
const file = block('track_file up', ['file @DIR@/up']).join('\n');
const config = [
  file,
  server(1, [], []),
  server(2, ['sorry_server_inhibit'], []),
  server(3, [], ['inhibit_on_failure']),
  server(4, ['sorry_server_inhibit'], ['inhibit_on_failure']),
].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  await scene.phase('start', 'outcome');
  const status = join(a.dir, 'up');
  const look = looksAtServers(scene, a);
  writeFileSync(status, '0\n');
  await a.start(config, { flags: CHECKER_FLAGS });
  await a.sees(/^Gained quorum /, 4, 30_000);
  await look('start');
  await scene.phase('down', 'outcome');
  writeFileSync(status, '-1\n');
  await a.sees(/^Removing alive servers/, 4, 30_000);
  await look('down');
  await scene.phase('up', 'outcome');
  writeFileSync(status, '0\n');
  await a.sees(/^Adding alive servers/, 4, 30_000);
  await look('up');
  await scene.phase('stop', 'outcome');
  await a.stop();
  await look('stop');
});
