/**
 * The netlink monitor socket overruns: it has the smallest buffer there is, and somebody adds and removes
 * hundreds of addresses and routes at once, a VIP and a virtual route among them. What is right afterwards
 * counts: the master noticed, gave up, and is back with everything it should have. 2.2.7 only says that it
 * has lost notifications, and mostly stays in FAULT.
 */
import { block, instance } from '../../lib/config.ts';
import { run as command, ipBatch } from '../../lib/exec.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const COUNT = 400;
const range = Array.from({ length: COUNT }, (_, at) => `10.40.${at >> 8}.${at & 255}/32`);
const text = instance({
  priority: 150,
  vips: ['10.0.0.100/24'],
  more: [...block('virtual_routes', ['198.51.100.0/24 dev eth0']), ...block('track_interface', ['eth1'])],
});

/** No release of keepalived reads the tables again: only alived plays the case. */
export const since = 'none';

/** What a daemon that rereads the tables shows within milliseconds. */
const SOON_MS = 2_500;

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  scene.endDetail = 'outcome';
  await lab.addLink(1);
  await a.start(text, { globals: ['vrrp_netlink_monitor_rcv_bufs 1'] });
  await scene.state(a, 'MASTER');
  const has = async (): Promise<boolean> => {
    const addresses = await command(['ip', '-n', a.ns, 'addr', 'show', 'dev', 'eth0']);
    const routes = await command(['ip', '-n', a.ns, 'route', 'show', '198.51.100.0/24']);
    return addresses.includes('10.0.0.100/24') && routes !== '';
  };
  const burst = async (line: string): Promise<void> => {
    await ipBatch(a.ns, [...range.map((one) => `addr add ${one} dev eth0`), line]);
    await ipBatch(
      a.ns,
      range.map((one) => `addr del ${one} dev eth0`),
    );
  };
  const soon = (name: string, probe: () => boolean | Promise<boolean>) => until(probe, SOON_MS, name);
  const again = (before: number) => () => a.logged(/Entering MASTER STATE/).length > before;

  await burst('addr del 10.0.0.100/24 dev eth0');
  await soon('a lost VIP is noticed', again(1));
  await soon('it is back', has);
  const before = a.logged(/Entering MASTER STATE/).length;
  await burst('route del 198.51.100.0/24');
  await soon('a lost route is noticed', again(before));
  await soon('all is back', has);
  await burst('link set eth1 down');
  await soon('an interface that went down is noticed', () => a.state() === 'FAULT');
  await burst('link set eth1 up');
  await soon('and that it is up', () => a.state() === 'MASTER');
  await soon('all is there at last', has);
});
