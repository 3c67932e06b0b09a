/** The options of an address line: prefix, label, broadcast, scope, another interface, peer, none at all. */
import { scenario } from '../../lib/scenario.ts';
import { startTimed } from '../../lib/steps.ts';

const vips = [
  '10.0.0.100',
  '10.0.0.101/24 label eth0:one',
  '10.0.0.102/24 brd +',
  '10.0.0.103/24 brd 10.0.0.200',
  '10.1.0.104/24 dev eth1',
  '10.0.0.105 peer 10.0.0.205',
  '10.0.0.106/24 preferred_lft 30',
  '10.0.0.107/24 preferred_lft 0',
  '192.0.2.7/28 brd -',
  '198.51.100.7/24 scope link',
  // The kernel refuses another scope within the network of an address it has.
  '10.0.0.108/24 scope link',
];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await lab.addLink(1);
  await scene.phase('start');
  await startTimed(scene, a, { priority: 150, vips });
  await scene.phase('stop');
  await a.stop();
});
