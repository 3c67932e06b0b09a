/**
 * lvs_flush_on_stop, for the whole table and for virtual servers: what a stop leaves, and whom it tells. On
 * the way a reload takes away a virtual server with a group, and changes a weight that its check holds at 0.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { block } from '../../lib/config.ts';
import { ipvsadm, ipvsTable } from '../../lib/ipvs.ts';
import { CHECKER_FLAGS, saidOfServers, virtualServer } from '../../lib/lvs.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';
import type { Scene } from '../../lib/scene.ts';

export const modules = ['ip_vs', 'ip_vs_rr'];

const COMMON = ['protocol TCP', 'lb_kind NAT', 'lb_algo rr'];

const tracked = block('track_file held', ['file @DIR@/held', 'weight 1']).join('\n');
const check = block('FILE_CHECK', ['track_file held', 'weight 1']);
const real = (last: number, lines: string[] = []): string[] => block(`real_server 127.0.9.${last} 80`, lines);
const farewell = (weight: number): string =>
  virtualServer('10.0.0.100 80', [
    ...COMMON,
    'omega',
    'quorum_down "@DIR@/told quorum"',
    ...real(1, [`weight ${weight}`, ...check, 'notify_down "@DIR@/told one"']),
    ...real(2, ['notify_down "@DIR@/told two"']),
    ...real(3, ['inhibit_on_failure']),
  ]);
const group = block('virtual_server_group G', ['10.0.0.101 80', 'fwmark 7']).join('\n');
const grouped = virtualServer('group G', [...COMMON, ...real(1), ...real(2)]);
/** A service that belongs to nobody here. */
const FOREIGN = ['-A', '-t', '10.0.0.200:80', '-s', 'rr'];

async function play(scene: Scene, name: string, keyword: string): Promise<void> {
  const { a } = scene;
  await scene.phase(`${name}: start`, 'outcome');
  const told = join(a.dir, 'told');
  writeFileSync(told, '#!/bin/sh\necho "$*" >> "$0.log"\n', { mode: 0o755 });
  writeFileSync(join(a.dir, 'held'), '-10\n');
  const globals = ['script_user root', keyword].filter((line) => line !== '');
  await a.start([tracked, group, farewell(3), grouped].join('\n'), { flags: CHECKER_FLAGS, globals });
  const held = async () => (await ipvsTable(a.ns)).some((line) => / 127.0.9.1:80 .*-w 0/.test(line));
  await until(held, 20_000, 'a server that its check holds at 0');
  scene.fact(`${name}: start`, await ipvsTable(a.ns));
  await scene.phase(`${name}: reload`, 'outcome');
  // When all is flushed at the end, 2.2.7 leaves in the table what a reload takes away.
  const rest = keyword === 'lvs_flush_on_stop' ? [grouped] : [];
  await a.reload([tracked, group, farewell(4), ...rest].join('\n'), globals);
  const marks = async () => (await ipvsTable(a.ns)).some((line) => line.startsWith('-A -f 7'));
  await until(async () => (await marks()) === rest.length > 0, 20_000, 'the table of the reload');
  scene.fact(`${name}: reload`, await ipvsTable(a.ns));
  await ipvsadm(a.ns, ...FOREIGN);
  await scene.phase(`${name}: stop`, 'outcome');
  await a.stop();
  scene.fact(`${name}: left`, await ipvsTable(a.ns));
  await ipvsadm(a.ns, '-C');
  const log = `${told}.log`;
  scene.fact(`${name}: told`, existsSync(log) ? readFileSync(log, 'utf8').split('\n').sort() : []);
  if (existsSync(log)) writeFileSync(log, '');
  scene.fact(`${name}: said`, saidOfServers(a).sort());
}

export const run = scenario(async (scene) => {
  scene.endDetail = 'outcome';
  await play(scene, 'none', '');
  await play(scene, 'all', 'lvs_flush_on_stop');
  await play(scene, 'VS', 'lvs_flush_on_stop VS');
});
