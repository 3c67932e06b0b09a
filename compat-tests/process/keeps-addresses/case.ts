/** -V: what was put into the kernel outlives the daemon, and only scripts hear of the end. */
import { block, instance } from '../../lib/config.ts';
import { run as command } from '../../lib/exec.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  const routes = block('virtual_routes', ['10.99.0.0/16 via 10.0.0.2 dev eth0']);
  await a.start(instance({ priority: 150, more: routes }), { flags: ['-D', '-G', '-P', '-V'] });
  await scene.master(a);
  await scene.moreAdverts(a, 2);
  await scene.phase('stop');
  await a.stop();
  const shown = await command(['ip', '-n', a.ns, 'route', 'show', '10.99.0.0/16']);
  scene.fact('routes', shown.trim());
});
