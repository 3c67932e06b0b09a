/** Unicast with a source address and no interface: the kernel finds the way; the address names its own. */
import { block } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

/** 2.2.7 refuses it. */
export const since = '2.3.0';

const text = (own: number, other: number, priority: number): string =>
  block('vrrp_instance VI', [
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
  await a.start(text(1, 2, 150));
  await scene.master(a);
  await b.start(text(2, 1, 100));
  await scene.state(b, 'BACKUP');
  await scene.moreAdverts(a, 2);
  await scene.phase('link down');
  await lab.cable('a', 'down');
  await scene.master(b);
  if ((await lab.resolve('10.0.0.100')) !== '02:00:00:00:00:02')
    throw new Error('the address did not follow');
});
