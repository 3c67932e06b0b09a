/** A name, a MAC address of five octets, adverts on the interface below, reverse path filter of `all`. */

import { instance } from '../../lib/config.ts';
import { run as execute } from '../../lib/exec.ts';
import { linksOf } from '../../lib/links.ts';
import { scenario } from '../../lib/scenario.ts';

const filter = ['net.ipv4.conf.all.rp_filter=1', 'net.ipv4.conf.eth0.rp_filter=0'];
const unicast = ['use_vmac', 'unicast_peer {', '  10.0.0.2', '}'];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await execute(['ip', 'netns', 'exec', a.ns, 'sysctl', '-q', '-w', ...filter]);
  await lab.ip('a', 'link', 'set', 'eth0', 'group', '7');
  scene.notifyInAnyOrder = true;
  // Two processes write to one log, and both have something to say at the start.
  await scene.phase('start', 'outcome');
  const named = { priority: 150, more: ['use_vmac vm51 02:00:00:aa:bb', 'vmac_xmit_base'] };
  const talking = { name: 'TALK', vrid: 52, priority: 150, vips: ['10.0.0.52/24'], more: unicast };
  await a.start(`${instance(named)}\n${instance(talking)}`);
  await scene.state(a, 'MASTER');
  await a.sees(/\(TALK\) Entering MASTER/);
  scene.fact('running', await linksOf(a.ns, ['eth0', 'all', 'default', 'lo']));
  await scene.phase('stop', 'outcome');
  await a.stop();
  scene.fact(
    'settings told',
    a.logged(/sysctl|requires vmac_xmit_base/).map(({ text }) => text.replace(a.dir, 'DIR')),
  );
  scene.fact('stopped', await linksOf(a.ns, ['eth0', 'all', 'default', 'lo']));
});
