/** Somebody removes a tracked route, then a tracked rule: a step down each time, and everything is back. */
import { block, instance } from '../../lib/config.ts';
import { policyOf } from '../../lib/routing.ts';
import { scenario } from '../../lib/scenario.ts';

const more = [
  ...block('virtual_routes', [
    '10.70.0.0/24 via 10.0.0.2 dev eth0',
    '10.71.0.0/24 dev eth0 no_track',
    'fd70::/64 dev eth0 metric 30',
  ]),
  ...block('virtual_rules', [
    'from 10.80.0.0/24 table 100 priority 1000',
    'from 10.81.0.0/24 table 100 priority 1001 no_track',
    'from fd80::/64 table 100 priority 1002',
  ]),
];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await scene.phase('start', 'outcome');
  await a.start(instance({ priority: 150, more }));
  await scene.master(a);
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ['route', ['route', 'del', '10.70.0.0/24']],
    ['IPv6 route', ['-6', 'route', 'del', 'fd70::/64']],
    ['rule', ['rule', 'del', 'priority', '1000']],
    ['IPv6 rule', ['-6', 'rule', 'del', 'priority', '1002']],
  ];
  let returns = 1;
  for (const [what, words] of steps) {
    await scene.phase(`removed ${what}`);
    await lab.ip('a', ...words);
    returns += 1;
    await a.sees(/Entering MASTER STATE/, returns);
    await scene.moreAdverts(a, 2);
  }
  await scene.phase('removed what is not tracked');
  await lab.ip('a', 'route', 'del', '10.71.0.0/24');
  await lab.ip('a', 'rule', 'del', 'priority', '1001');
  await scene.moreAdverts(a, 3);
  scene.fact('policy at the end', await policyOf(a.ns));
});
