/**
 * Receive buffers: rx_bufs_policy and kernel_rx_buf_size of the VRRP sockets and the netlink sockets' own
 * sizes, with and without `_force`, at the start and after a reload. `ss` shows twice what was asked for.
 */
import { instance } from '../../lib/config.ts';
import { run as command } from '../../lib/exec.ts';
import type { Router } from '../../lib/router.ts';
import { scenario } from '../../lib/scenario.ts';

const VRRP = 112;

/** Sizes of the VRRP sockets that receive, and of the netlink sockets, of the VRRP process. */
async function sizes(router: Router, flag: '-w' | '-fnetlink'): Promise<number[]> {
  const text = await command(['ip', 'netns', 'exec', router.ns, 'ss', '-anmpHO', '-e', flag]);
  const pid = router.daemon.pidIn('vrrp');
  const rows = text.split('\n').filter((row) => row.includes(`pid=${pid},`) || row.includes(`/${pid} `));
  const wanted = flag === '-w' ? rows.filter((row) => new RegExp(`:(?:${VRRP}|vrrp)\\b`).test(row)) : rows;
  return wanted.map((row) => Number(/,rb(\d+)/.exec(row)?.[1] ?? 0)).sort((x, y) => x - y);
}

const of = (first: readonly string[]): string =>
  [
    instance({ name: 'ONE', vrid: 51, priority: 150, vips: ['10.0.0.100', '10.0.0.101'], more: first }),
    instance({ name: 'TWO', vrid: 52, priority: 150, version: 2, advert: 1, vips: ['10.0.0.102'] }),
  ].join('\n');

const SETTINGS: readonly (readonly [name: string, globals: readonly string[], first: readonly string[]])[] = [
  ['MTU', ['vrrp_rx_bufs_policy MTU', 'vrrp_netlink_cmd_rcv_bufs 100000'], []],
  [
    'ADVERT, a large multiplier',
    [
      'vrrp_rx_bufs_policy ADVERT',
      'vrrp_rx_bufs_multiplier 500',
      'vrrp_netlink_monitor_rcv_bufs 5000000',
      'vrrp_netlink_monitor_rcv_bufs_force',
      'vrrp_netlink_cmd_rcv_bufs 5000000',
    ],
    [],
  ],
  ['a size, one instance with its own', ['vrrp_rx_bufs_policy 40000'], ['kernel_rx_buf_size 50000']],
];

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  scene.notifyInAnyOrder = true;
  let started = false;
  for (const [name, globals, first] of SETTINGS) {
    await scene.phase(name, 'outcome');
    if (started) await a.reload(of(first), globals);
    else await a.start(of(first), { globals });
    started = true;
    await a.sees(/Entering MASTER STATE/, 2);
    scene.fact(
      `${name}: VRRP`,
      (await sizes(a, '-w')).filter((size) => size > 2304),
    );
    const netlink = await sizes(a, '-fnetlink');
    scene.fact(
      `${name}: netlink as configured`,
      netlink.filter((size) => size === 200000 || size >= 8e6),
    );
  }
});
