/** static_ipaddress, static_routes, static_rules: there at once, put back when removed, gone at the end. */
import { block, instance } from '../../lib/config.ts';
import { policyOf } from '../../lib/routing.ts';
import { scenario } from '../../lib/scenario.ts';

const statics = [
  ...block('static_ipaddress', [
    '10.9.0.1/24 dev eth0 brd 10.9.0.255 label eth0:9 scope link',
    '10.9.1.1/24 dev eth0 no_track',
    'fd09::1/64 dev eth0',
  ]),
  ...block('static_routes', [
    '10.50.0.0/24 via 10.0.0.2 dev eth0',
    '10.51.0.0/24 dev eth0 metric 50 mtu lock 1400 table 100',
    '10.52.0.0/24 dev eth0 no_track',
    'fd50::/64 dev eth0 metric 5',
  ]),
  ...block('static_rules', [
    'from 10.60.0.0/24 table 100 priority 1000',
    'from fd60::/64 table 100 priority 1001',
  ]),
];

/** Upstream looks at routes and rules of a family only when an instance has some of it. */
const more = [
  ...block('virtual_routes', ['10.70.0.0/24 dev eth0', 'fd70::/64 dev eth0 metric 7']),
  ...block('virtual_rules', [
    'from 10.80.0.0/24 table 200 priority 2000',
    'from fd80::/64 table 200 priority 2001',
  ]),
];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await scene.phase('start', 'outcome');
  await a.start([...statics, instance({ priority: 150, more })].join('\n'));
  await scene.master(a);
  scene.fact('policy', await policyOf(a.ns));
  const steps: readonly (readonly [string, RegExp, readonly string[]])[] = [
    ['route', /static route .*10\.50/, ['route', 'del', '10.50.0.0/24']],
    ['route of a table', /static route .*10\.51/, ['route', 'del', '10.51.0.0/24', 'table', '100']],
    ['IPv6 route', /static route .*fd50/, ['-6', 'route', 'del', 'fd50::/64']],
    ['rule', /static rule .*10\.60/, ['rule', 'del', 'priority', '1000']],
    ['address', /static address 10\.9\.0\.1/, ['addr', 'del', '10.9.0.1/24', 'dev', 'eth0']],
    ['IPv6 address', /static address fd09/, ['addr', 'del', 'fd09::1/64', 'dev', 'eth0']],
  ];
  for (const [what, restored, words] of steps) {
    await scene.phase(`removed ${what}`);
    await lab.ip('a', ...words);
    await a.sees(restored);
  }
  await scene.phase('removed what is not tracked');
  await lab.ip('a', 'route', 'del', '10.52.0.0/24');
  await lab.ip('a', 'addr', 'del', '10.9.1.1/24', 'dev', 'eth0');
  await scene.moreAdverts(a, 3);
  scene.fact('policy afterwards', await policyOf(a.ns));
  await scene.phase('stop');
  await a.stop();
  scene.fact('policy after the stop', await policyOf(a.ns));
});
