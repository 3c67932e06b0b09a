/** Unicast on interfaces that are part of a VRF: the source address is one of that, not of the main table. */
import { instance, unicast } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['vrf'];

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await scene.phase('start');
  for (const side of ['a', 'b'] as const) {
    await lab.ip(side, 'link', 'add', 'red', 'type', 'vrf', 'table', '1001');
    await lab.ip(side, 'link', 'set', 'red', 'up');
    await lab.ip(side, 'link', 'set', 'eth0', 'master', 'red');
  }
  await a.start(instance({ priority: 150, more: unicast('10.0.0.1', '10.0.0.2') }));
  await scene.master(a);
  await b.start(instance({ priority: 100, more: unicast('10.0.0.2', '10.0.0.1') }));
  await scene.state(b, 'BACKUP');
  await scene.moreAdverts(a, 2);
  await scene.phase('stop');
  await a.stop();
  await scene.master(b);
});
