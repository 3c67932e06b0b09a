/** Interfaces that are there already: adopted, passed over, changed, replaced, refused. */
import { instance } from '../../lib/config.ts';
import { linksOf } from '../../lib/links.ts';
import { scenario } from '../../lib/scenario.ts';

const macvlan = (name: string, base: string, mac: string, mode: string) =>
  `link add ${name} link ${base} address ${mac} type macvlan mode ${mode}`.split(' ');

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await lab.addLink(1);
  await lab.ip('a', ...macvlan('vrrp.51', 'eth0', '00:00:5e:00:01:33', 'private'));
  await lab.ip('a', 'link', 'set', 'vrrp.51', 'up');
  await lab.ip('a', ...macvlan('vrrp.52', 'eth0', '02:99:00:00:00:52', 'private'));
  await lab.ip('a', ...macvlan('vrrp.53', 'eth1', '00:00:5e:00:01:35', 'private'));
  await lab.ip('a', ...macvlan('vb', 'eth0', '02:99:00:00:00:54', 'bridge'));
  await lab.ip('a', ...macvlan('vp', 'eth1', '02:99:00:00:00:55', 'private'));
  await lab.ip('a', ...macvlan('vq', 'eth0', '02:99:00:00:00:56', 'private'));
  const words = ['use_vmac', 'use_vmac', 'use_vmac', 'use_vmac vb', 'use_vmac vp', 'use_vmac vq'];
  const blocks = words.map((use, at) => {
    const vips = [`10.0.0.${151 + at}/24`];
    return instance({ name: `V${51 + at}`, vrid: 51 + at, priority: 150, vips, more: [use] });
  });
  scene.notifyInAnyOrder = true;
  await scene.phase('start', 'outcome');
  await a.start(blocks.join('\n'));
  await a.sees(/Entering MASTER STATE/, words.length);
  const said = a.logged(/VMAC|vmac|Found/).map(({ text }) => text.replace(a.dir, 'DIR'));
  scene.fact('said', said);
  scene.fact('running', await linksOf(a.ns, []));
  await scene.phase('stop', 'outcome');
  await a.stop();
  scene.fact('stopped', await linksOf(a.ns, []));
});
