/** Unicast on interfaces that are part of a VRF: the source address is one of that, not of the main table. */
import { instance, unicast } from '../../lib/config.ts';
import { joinVrf } from '../../lib/links.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['vrf'];

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('start');
  for (const { ns } of [a, b]) await joinVrf(ns);
  await a.start(instance({ priority: 150, more: unicast('10.0.0.1', '10.0.0.2') }));
  await scene.master(a);
  await b.start(instance({ priority: 100, more: unicast('10.0.0.2', '10.0.0.1') }));
  await scene.state(b, 'BACKUP');
  await scene.moreAdverts(a, 2);
  await scene.phase('stop');
  await a.stop();
  await scene.master(b);
});
