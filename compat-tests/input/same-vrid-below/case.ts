/** One VRID on two macvlans of one interface: they share the wire, so it is refused. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';
import { startOrEnd } from '../../lib/steps.ts';

export const run = scenario(async (scene) => {
  const { lab } = scene;
  await scene.phase('start');
  for (const [at, name] of ['m1', 'm2'].entries()) {
    await lab.ip('a', 'link', 'add', name, 'link', 'eth0', 'type', 'macvlan');
    await lab.ip('a', 'link', 'set', name, 'addrgenmode', 'none');
    await lab.ip('a', 'link', 'set', name, 'up');
    await lab.ip('a', 'address', 'add', `10.${at + 1}.0.1/24`, 'dev', name);
  }
  const on = (name: string, vip: string): string =>
    instance({ usual: false, name, interface: name, priority: 150, vips: [vip] });
  await startOrEnd(scene, `${on('m1', '10.1.0.100/24')}\n${on('m2', '10.2.0.100/24')}`, 'm1');
});
