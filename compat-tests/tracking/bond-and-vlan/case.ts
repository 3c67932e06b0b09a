/** An instance on a VLAN of a bond: it loses its link when the last member of the bond does. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['bonding', '8021q'];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await scene.phase('start');
  await lab.ip('a', 'link', 'add', 'bond0', 'type', 'bond', 'mode', 'active-backup', 'miimon', '20');
  await lab.ip('a', 'link', 'set', 'bond0', 'addrgenmode', 'none');
  for (const settings of [['down'], ['master', 'bond0']])
    await lab.ip('a', 'link', 'set', 'eth0', ...settings);
  await lab.ip('a', 'link', 'set', 'bond0', 'up');
  await lab.ip('a', 'link', 'add', 'link', 'bond0', 'name', 'bond0.7', 'type', 'vlan', 'id', '7');
  await lab.ip('a', 'link', 'set', 'bond0.7', 'addrgenmode', 'none');
  await lab.ip('a', 'address', 'add', '10.7.0.1/24', 'dev', 'bond0.7');
  await lab.ip('a', 'link', 'set', 'bond0.7', 'up');
  const more = ['track_interface {', '  bond0', '}'];
  const text = instance({ interface: 'bond0.7', priority: 150, vips: ['10.7.0.100/24'], more });
  await a.start(text);
  await scene.state(a, 'MASTER');
  await scene.phase('cable');
  await lab.cable('a', 'down');
  await scene.state(a, 'FAULT');
  await scene.phase('cable again');
  await lab.cable('a', 'up');
  await scene.state(a, 'MASTER');
});
