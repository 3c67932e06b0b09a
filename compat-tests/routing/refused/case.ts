/** The kernel refuses one route of three and one rule: the others are set, and the error is logged. */
import { block, instance } from '../../lib/config.ts';
import { policyOf } from '../../lib/routing.ts';
import { scenario } from '../../lib/scenario.ts';

const more = block('virtual_routes', [
  '10.70.0.0/24 via 10.0.0.2 dev eth0',
  '10.71.0.0/24 via 1.2.3.4 dev eth0',
  '10.72.0.0/24 dev eth0',
]);

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start', 'outcome');
  await a.start(instance({ priority: 150, more }));
  await scene.master(a);
  await a.sees(/Sending gratuitous ARP/);
  scene.fact(
    'errors',
    a.logged(/^Netlink: error/).map(({ text }) => text.replace(/seq=\d+/, 'seq=N')),
  );
  scene.fact('policy', await policyOf(a.ns));
});
