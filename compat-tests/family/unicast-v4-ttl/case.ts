/** unicast_ttl and two peers, one of which does not exist; version 2. */
import { unicast } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

const peers = (own: string, peer: string) => ['unicast_ttl 64', ...unicast(own, peer, '10.0.0.99')];

export const run = scenario(async (scene) => {
  const common = { version: 2, advert: 1 } as const;
  await scene.phase('start');
  await masterAndBackup(
    scene,
    { ...common, priority: 150, more: peers('10.0.0.1', '10.0.0.2') },
    { ...common, priority: 100, more: peers('10.0.0.2', '10.0.0.1') },
  );
});
