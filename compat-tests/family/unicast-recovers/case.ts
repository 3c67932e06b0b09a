/**
 * Unicast instances get their link back: each says once by GARP or NA where its source address is, as does
 * one whose tracked file is the cause; a member that follows its sync group and multicast do not.
 */
import { writeFileSync } from 'node:fs';
import { block, instance, silent, unicast } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const tracked = block('track_file', ['F']);

/** Apart by their priorities. */
const other = (name: string, vrid: number, priority: number, vip: string, more: string[]): string =>
  silent({ name, vrid, priority, vips: [vip], more });

const text = [
  block('track_file F', ['file @DIR@/value', 'weight 0']).join('\n'),
  block('vrrp_sync_group G', block('group', ['VI', 'V2'])).join('\n'),
  instance({ priority: 200, more: [...block('unicast_peer', ['10.0.0.77']), ...tracked] }),
  other('V2', 52, 160, '10.0.0.101/24', unicast('10.0.0.1', '10.0.0.77')),
  other('V6', 53, 120, 'fe80::106', [...unicast('fd00::1', 'fd00::77'), ...tracked]),
  other('M', 54, 80, '10.0.0.104/24', tracked),
].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  const write = (value: number) => writeFileSync(`${a.dir}/value`, `${value}\n`);
  await scene.phase('start');
  write(0);
  await a.start(text);
  const names = ['VI', 'V2', 'V6', 'M'];
  await a.enters('MASTER', names);
  await scene.phase('fault');
  write(1);
  await a.enters('FAULT', names);
  await scene.phase('recovery');
  write(0);
  await a.enters('MASTER', names, 2);
  scene.fact(
    'announced',
    a.logged(/sending gratuitous (ARP|NA) for/).map((line) => line.text),
  );
});
