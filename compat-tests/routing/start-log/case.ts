/** The log of a start with routes and rules, and of a stop: in which order things go and come. */
import { block, instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const more = [
  ...block('virtual_routes', ['10.70.0.0/24 via 10.0.0.2 dev eth0']),
  ...block('virtual_rules', ['from 10.80.0.0/24 table 100 priority 1000']),
];

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await a.start(instance({ priority: 150, more }));
  await scene.master(a);
});
