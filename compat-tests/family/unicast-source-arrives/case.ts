/**
 * The source address of unicast comes after the start, on another interface than the one of the instance, as
 * with a boot that brings interfaces up late. 2.2.7 stays in FAULT until a reload.
 */
import { instance, unicast } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const since = 'alived';

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await scene.phase('start');
  await a.start(instance({ priority: 150, more: unicast('10.0.0.21', '10.0.0.2') }));
  await b.start(instance({ priority: 100, more: unicast('10.0.0.2', '10.0.0.21') }));
  await scene.state(a, 'FAULT');
  // Its adverts do not leave: nobody answers for the peer yet.
  await scene.state(b, 'MASTER');
  await scene.phase('arrives');
  await lab.ip('a', 'address', 'add', '10.0.0.21/32', 'dev', 'lo');
  await scene.master(a);
  await scene.state(b, 'BACKUP');
});
