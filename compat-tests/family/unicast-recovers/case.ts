/**
 * Unicast instances get their link back: each says once by GARP or NA where its source address is, as does
 * one whose tracked file is the cause; a member that follows its sync group and multicast do not.
 */
import { writeFileSync } from 'node:fs';
import { block, instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const peers = (...addresses: string[]) => block('unicast_peer', addresses);
const tracked = block('track_file', ['F']);

/** Silent, because scripts that start together end in any order; apart by their priorities. */
const silent = (name: string, vrid: number, priority: number, vip: string, more: string[]): string =>
  instance({ name, vrid, priority, vips: [vip], usual: false, more: ['garp_master_delay 60', ...more] });

const text = [
  block('track_file F', ['file @DIR@/value', 'weight 0']).join('\n'),
  block('vrrp_sync_group G', block('group', ['VI', 'V2'])).join('\n'),
  instance({ priority: 200, more: [...peers('10.0.0.77'), ...tracked] }),
  silent('V2', 52, 160, '10.0.0.101/24', ['unicast_src_ip 10.0.0.1', ...peers('10.0.0.77')]),
  silent('V6', 53, 120, 'fe80::106', ['unicast_src_ip fd00::1', ...peers('fd00::77'), ...tracked]),
  silent('M', 54, 80, '10.0.0.104/24', tracked),
].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  const write = (value: number) => writeFileSync(`${a.dir}/value`, `${value}\n`);
  await scene.phase('start');
  write(0);
  await a.start(text);
  const names = ['VI', 'V2', 'V6', 'M'];
  for (const name of names) await a.sees(new RegExp(`\\(${name}\\) Entering MASTER STATE`));
  await scene.phase('fault');
  write(1);
  for (const name of names) await a.sees(new RegExp(`\\(${name}\\) Entering FAULT STATE`));
  await scene.phase('recovery');
  write(0);
  for (const name of names) await a.sees(new RegExp(`\\(${name}\\) Entering MASTER STATE`), 2);
  scene.fact(
    'announced',
    a.logged(/sending gratuitous (ARP|NA) for/).map((line) => line.text),
  );
});
