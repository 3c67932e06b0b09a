/**
 * VRRPv3 unicast with the checksum of keepalived before 1.3.7: a sends it, b hears it and goes over to
 * it; with `never` only the present form is taken.
 */
import { instance, unicast } from '../../lib/config.ts';
import { Injector } from '../../lib/inject.ts';
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

const peers = (own: string, peer: string, ...more: string[]) => [...more, ...unicast(own, peer)];

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('start');
  const old = { priority: 150, more: peers('10.0.0.1', '10.0.0.2', 'old_unicast_checksum') };
  await masterAndBackup(scene, old, { priority: 100, more: peers('10.0.0.2', '10.0.0.1') });
  await scene.phase('takeover');
  await a.stop();
  await scene.master(b);
  await b.stop();
  // With `never` a forged advert in the old form is refused, and the same in the present one is not.
  await scene.phase('never', 'outcome');
  const injector = await Injector.start(scene.lab);
  const never = peers('10.0.0.1', '10.0.0.77', 'old_unicast_checksum never');
  await a.start(instance({ priority: 100, more: never }));
  // Its adverts do not leave, because nobody answers for its peer.
  await scene.state(a, 'MASTER');
  injector.send({ priority: 200, destination: '10.0.0.1', checksum: 'group' });
  await a.sees(/Invalid VRRPv3 checksum/);
  scene.fact('after the old form', a.state() ?? '');
  injector.send({ priority: 200, destination: '10.0.0.1' });
  await scene.state(a, 'BACKUP');
  await injector.stop();
});
