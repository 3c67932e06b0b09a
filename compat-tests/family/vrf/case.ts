/** `vrf` in place of an interface: adverts stay in it, and an instance without its VRF is broken. */
import { withoutInterface } from '../../lib/config.ts';
import { joinVrf } from '../../lib/links.ts';
import { scenario } from '../../lib/scenario.ts';

/** 2.2.7 refuses an instance without an interface. */
export const since = '2.3.0';
export const modules = ['vrf'];

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await scene.phase('start');
  for (const { ns } of [a, b]) await joinVrf(ns);
  await a.start(withoutInterface(1, 2, 150, ['vrf red']));
  await scene.master(a);
  await b.start(withoutInterface(2, 1, 100, ['vrf red']));
  await scene.state(b, 'BACKUP');
  await scene.moreAdverts(a, 2);
  await scene.phase('VRF gone', 'outcome');
  await lab.ip('a', 'link', 'del', 'red');
  await scene.state(a, 'FAULT');
  await scene.master(b);
  await scene.phase('VRF again', 'outcome');
  await joinVrf(a.ns);
  await scene.master(a);
  await scene.state(b, 'BACKUP');
});
