/** use_ipvlan: the addresses move with an interface that shares the MAC address of the one below. */

import { instance } from '../../lib/config.ts';
import { linksOf } from '../../lib/links.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ipvlan'];

export const run = scenario(async (scene) => {
  const { a } = scene;
  // The kernel sends from an ipvlan by way of a queue, so the order of the first packets is chance.
  await scene.phase('start', 'outcome');
  await a.start(instance({ priority: 150, more: ['use_ipvlan ipv0 10.0.0.9/24'] }));
  await scene.master(a);
  scene.fact('master', await linksOf(a.ns));
  scene.fact('log', [...new Set(a.logged(/ipvlan|VIPs|ipv0/).map((line) => line.text))]);
  await scene.phase('stop');
  await a.stop();
  scene.fact('stopped', await linksOf(a.ns));
});
