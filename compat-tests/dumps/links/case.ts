/** What dumps say of an interface that an instance uses as it is, and of one below two virtual MACs. */
import { instance } from '../../lib/config.ts';
import { dataOf } from '../../lib/dumps.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await lab.addLink(1);
  await scene.phase('start', 'outcome');
  const of = { priority: 150, usual: false, more: ['garp_master_delay 60'] };
  const own = (index: number, vrid: number, ...words: readonly string[]): string =>
    instance({
      ...of,
      name: `V${vrid}`,
      vrid,
      interface: `eth${index}`,
      vips: [`10.0.${index}.${vrid}/24`],
      more: [...of.more, ...words],
    });
  await a.start([own(0, 51), own(1, 52, 'use_vmac'), own(1, 53, 'use_vmac')].join('\n'));
  await a.enters('MASTER', ['V51', 'V52', 'V53']);
  const data = await dataOf(a);
  for (const name of ['eth0', 'eth1', 'vrrp.52', 'vrrp.53']) {
    const lines = data[`Interfaces Name = ${name}`] ?? [];
    // The addresses of an interface that has just been made come and go with the kernel.
    scene.fact(
      name,
      name.startsWith('eth') ? lines : lines.filter((line) => /arp|rp_filter|second/i.test(line)),
    );
  }
});
