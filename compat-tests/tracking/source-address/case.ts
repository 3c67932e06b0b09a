/** `track_src_ip`, unicast and multicast: FAULT while the address is missing. 2.2.7 only reads it. */
import { block, instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const since = 'alived';

const text = [
  instance({
    priority: 200,
    vips: ['10.1.0.100/24'],
    more: ['unicast_src_ip 10.5.0.1', 'track_src_ip', ...block('unicast_peer', ['10.0.0.2'])],
  }),
  instance({
    name: 'M',
    vrid: 52,
    priority: 150,
    vips: ['10.2.0.100/24'],
    usual: false,
    more: ['garp_master_delay 60', 'mcast_src_ip 10.5.0.1', 'track_src_ip'],
  }),
].join('\n');

const names = ['VI', 'M'];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const all = async (state: string, count: number): Promise<void> => {
    for (const name of names) await a.sees(new RegExp(`\\(${name}\\) Entering ${state} STATE`), count);
  };
  await lab.ip('a', 'address', 'add', '10.5.0.1/24', 'dev', 'eth0');
  await scene.phase('start');
  await a.start(text);
  await all('MASTER', 1);
  await scene.phase('address gone');
  await lab.ip('a', 'address', 'del', '10.5.0.1/24', 'dev', 'eth0');
  await all('FAULT', 1);
  await scene.phase('address back');
  await lab.ip('a', 'address', 'add', '10.5.0.1/24', 'dev', 'eth0');
  await all('MASTER', 2);
});
