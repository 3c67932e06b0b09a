/**
 * An interface is switched off and on while the VRRP process does not run, so that both are one piece of
 * news. The kernel drops the routes through it and tells nobody.
 */
import { block, silent } from '../../lib/config.ts';
import { ipBatch } from '../../lib/exec.ts';
import { until } from '../../lib/poll.ts';
import { policyOf } from '../../lib/routing.ts';
import { scenario } from '../../lib/scenario.ts';

const routes = ['10.70.0.0/24 via 10.0.0.2 dev eth0', '10.71.0.0/24 dev eth0 no_track'];

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start', 'outcome');
  await a.start(
    [
      silent({ priority: 150, more: block('virtual_routes', routes) }),
      ...block('static_routes', ['10.72.0.0/24 dev eth0']),
    ].join('\n'),
  );
  await scene.master(a);
  const before = await policyOf(a.ns);
  scene.fact('routes', before);
  await scene.phase('off and on', 'outcome');
  const vrrp = a.daemon.pidIn('vrrp') ?? -1;
  process.kill(vrrp, 'SIGSTOP');
  await ipBatch(a.ns, ['link set eth0 down', 'link set eth0 up']);
  process.kill(vrrp, 'SIGCONT');
  await until(async () => (await policyOf(a.ns)).join() === before.join(), 10_000, 'the routes to come back');
  await scene.master(a);
});
