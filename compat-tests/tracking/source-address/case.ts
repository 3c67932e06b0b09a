/** `track_src_ip`, unicast and multicast: FAULT while the address is missing. 2.2.7 only reads it. */
import { instance, silent, unicast } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const since = 'alived';

const text = [
  instance({
    priority: 200,
    vips: ['10.1.0.100/24'],
    more: [...unicast('10.5.0.1', '10.0.0.2'), 'track_src_ip'],
  }),
  silent({
    name: 'M',
    vrid: 52,
    priority: 150,
    vips: ['10.2.0.100/24'],
    more: ['mcast_src_ip 10.5.0.1', 'track_src_ip'],
  }),
].join('\n');

const names = ['VI', 'M'];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await lab.ip('a', 'address', 'add', '10.5.0.1/24', 'dev', 'eth0');
  await scene.phase('start');
  await a.start(text);
  await a.enters('MASTER', names);
  await scene.phase('address gone');
  await lab.ip('a', 'address', 'del', '10.5.0.1/24', 'dev', 'eth0');
  await a.enters('FAULT', names);
  await scene.phase('address back');
  await lab.ip('a', 'address', 'add', '10.5.0.1/24', 'dev', 'eth0');
  await a.enters('MASTER', names, 2);
});
