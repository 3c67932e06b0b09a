/** `vrf` in place of an interface: adverts stay in it, and an instance without its VRF is broken. */
import { block } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

/** 2.2.7 refuses an instance without an interface. */
export const since = '2.3.0';
export const modules = ['vrf'];

const text = (own: number, other: number, priority: number): string =>
  block('vrrp_instance VI', [
    'vrf red',
    'virtual_router_id 51',
    `priority ${priority}`,
    'version 3',
    'advert_int 0.2',
    'garp_master_delay 60',
    'notify @NOTIFY@',
    `unicast_src_ip 10.0.0.${own}`,
    ...block('unicast_peer', [`10.0.0.${other}`]),
    ...block('virtual_ipaddress', ['10.0.0.100/24 dev eth0']),
  ]).join('\n');

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await scene.phase('start');
  const enslave = async (side: 'a' | 'b'): Promise<void> => {
    await lab.ip(side, 'link', 'add', 'red', 'type', 'vrf', 'table', '1001');
    await lab.ip(side, 'link', 'set', 'red', 'up');
    await lab.ip(side, 'link', 'set', 'eth0', 'master', 'red');
  };
  for (const side of ['a', 'b'] as const) await enslave(side);
  await a.start(text(1, 2, 150));
  await scene.master(a);
  await b.start(text(2, 1, 100));
  await scene.state(b, 'BACKUP');
  await scene.moreAdverts(a, 2);
  await scene.phase('VRF gone', 'outcome');
  await lab.ip('a', 'link', 'del', 'red');
  await scene.state(a, 'FAULT');
  await scene.master(b);
  await scene.phase('VRF again', 'outcome');
  await enslave('a');
  await scene.master(a);
  await scene.state(b, 'BACKUP');
});
