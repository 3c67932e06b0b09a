/** SIGHUP of a master with other routes and rules: the old ones go, the new ones come, the rest stays. */
import { block, instance } from '../../lib/config.ts';
import { policyOf } from '../../lib/routing.ts';
import { scenario } from '../../lib/scenario.ts';

interface Lists {
  readonly routes: readonly string[];
  readonly rules: readonly string[];
}

function text(own: Lists, fixed: Lists): string {
  const statics = [
    ...(fixed.routes.length === 0 ? [] : block('static_routes', fixed.routes)),
    ...(fixed.rules.length === 0 ? [] : block('static_rules', fixed.rules)),
  ];
  const more = [
    ...(own.routes.length === 0 ? [] : block('virtual_routes', own.routes)),
    ...(own.rules.length === 0 ? [] : block('virtual_rules', own.rules)),
  ];
  return [...statics, instance({ priority: 150, more })].join('\n');
}

const none: Lists = { routes: [], rules: [] };
const before: Lists = {
  routes: ['10.70.0.0/24 via 10.0.0.2 dev eth0', '10.71.0.0/24 dev eth0', '10.72.0.0/24 dev eth0 no_track'],
  rules: ['from 10.80.0.0/24 table 100 priority 1000', 'from 10.81.0.0/24 table 100 priority 1001'],
};
const after: Lists = {
  routes: [
    '10.70.0.0/24 via 10.0.0.2 dev eth0',
    '10.71.0.0/24 dev eth0 metric 7',
    '10.72.0.0/24 dev eth0 no_track',
  ],
  rules: ['from 10.80.0.0/24 table 100 priority 1000', 'from 10.82.0.0/24 table 100 priority 1001'],
};
const fixedBefore: Lists = {
  routes: ['10.50.0.0/24 dev eth0', '10.51.0.0/24 dev eth0'],
  rules: ['from 10.60.0.0/24 table 100 priority 900', 'from 10.61.0.0/24 table 100 priority 901'],
};
const fixedAfter: Lists = {
  routes: ['10.50.0.0/24 dev eth0', '10.53.0.0/24 dev eth0'],
  rules: ['from 10.60.0.0/24 table 100 priority 900', 'to 10.61.0.0/24 table 100 priority 901'],
};

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await scene.phase('start', 'outcome');
  await a.start(text(before, fixedBefore));
  await scene.master(a);
  await a.sees(/Sending gratuitous ARP/);
  await scene.phase('other entries');
  await a.reload(text(after, fixedAfter));
  await scene.moreAdverts(a, 3);
  scene.fact('other entries', await policyOf(a.ns));
  await scene.phase('the same entries', 'outcome');
  await lab.ip('a', 'route', 'del', '10.72.0.0/24');
  await a.reload(text(after, fixedAfter));
  await scene.moreAdverts(a, 3);
  scene.fact('the same entries', await policyOf(a.ns));
  await scene.phase('no entries');
  await a.reload(text(none, none));
  await scene.moreAdverts(a, 3);
  scene.fact('no entries', await policyOf(a.ns));
});
