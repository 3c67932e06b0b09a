/**
 * Groups and version from global_defs, one for each family, and mcast_dst_ip of one instance, which lets two
 * share a VRID on one interface.
 */
import { instance } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const globals = ['vrrp_version 3', 'vrrp_mcast_group4 224.0.0.99', 'vrrp_mcast_group6 ff02::99'];

const plain = (text: string): string => text.replace(/ {2}version \d\n/, '');
const text = (priority: number): string =>
  [
    plain(instance({ priority })),
    instance({ name: 'OTHER', priority, vips: ['10.0.0.101/24'], more: ['mcast_dst_ip 224.0.0.77'] }),
    plain(instance({ name: 'SIX', priority, vips: ['fe80::100', 'fd00::100/64'] })),
  ].join('\n');

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  scene.notifyInAnyOrder = true;
  // Whether a regular advert of the three falls into it is chance.
  scene.endDetail = 'outcome';
  const sent = (name: 'a' | 'b'): string[] =>
    [...new Set(scene.adverts(name).map((p) => `v${p.version} ${p.destination} ${p.vips.join(' ')}`))].sort();
  await scene.phase('start', 'outcome');
  await a.start(text(150), { globals });
  await a.sees(/Entering MASTER STATE/, 3);
  await b.start(text(100), { globals });
  await scene.moreAdverts(a, 20);
  scene.fact('a sends', sent('a'));
  scene.fact('b sends', sent('b'));
  scene.fact(
    'sockets',
    a.logged(/sockpool/).map(({ text: line }) => line.replace(/fd\(\d+,\d+\)|ifindex\( *\d+\)/g, 'N')),
  );
  await scene.phase('takeover', 'outcome');
  await a.stop();
  await b.sees(/Entering MASTER STATE/, 3);
  // The capture is a little behind the log.
  await until(() => sent('b').length === 3, 3_000, 'adverts of all three');
  scene.fact('b sends then', sent('b'));
});
