/** Virtual routes into a VRF, and rules for it. */
import { block, instance } from '../../lib/config.ts';
import { policyOf } from '../../lib/routing.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['vrf', 'dummy'];

const more = [
  ...block('virtual_routes', ['10.70.0.0/24 dev eth5 vrf red', '10.71.0.0/24 via 10.5.0.2 dev eth5 vrf red']),
  ...block('virtual_rules', ['from 10.80.0.0/24 table 1001 priority 1000']),
];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await scene.phase('start', 'outcome');
  await lab.ip('a', 'link', 'add', 'red', 'type', 'vrf', 'table', '1001');
  await lab.ip('a', 'link', 'set', 'red', 'up');
  await lab.ip('a', 'link', 'add', 'eth5', 'master', 'red', 'type', 'dummy');
  await lab.ip('a', 'link', 'set', 'eth5', 'addrgenmode', 'none');
  await lab.ip('a', 'link', 'set', 'eth5', 'up');
  await lab.ip('a', 'address', 'add', '10.5.0.1/24', 'dev', 'eth5');
  await a.start(instance({ priority: 150, more }));
  await scene.master(a);
  await a.sees(/Sending gratuitous ARP/);
  scene.fact('policy of the master', await policyOf(a.ns));
  await scene.phase('stop', 'outcome');
  await a.stop();
  scene.fact('policy after it', await policyOf(a.ns));
});
