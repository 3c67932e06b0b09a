/** virtual_routes and virtual_rules with every option word: there while MASTER, gone with the daemon. */
import { block, instance } from '../../lib/config.ts';
import { policyOf } from '../../lib/routing.ts';
import { scenario } from '../../lib/scenario.ts';

const routes = block('virtual_routes', [
  '10.70.0.0/24 via 10.0.0.2 dev eth0',
  '10.71.0.0/24 dev eth0 src 10.0.0.100 metric 50 mtu lock 1400 table 100 scope link tos 4',
  '10.72.0.0/24 dev eth0 advmss 1000 rtt 300ms rttvar 300ms window 5 hoplimit 9 initcwnd 10 initrwnd 20',
  '10.73.0.0/24 dev eth0 rto_min 300ms quickack 1 features ecn congctl cubic reordering 4 cwnd 7 realms 1/2',
  '10.74.0.0/24 via 10.0.0.3 onlink dev eth0 append',
  // Without a unit the numbers are the kernel's, and TCP's bounds hold for all.
  '10.78.0.0/24 dev eth0 rtt 2000 rttvar 480s rto_min 5',
  '10.75.0.0/24 nexthop via 10.0.0.2 dev eth0 weight 3 nexthop via 10.0.0.3 dev eth0 onlink',
  '10.76.0.0/24 encap ip id 5 dst 10.0.0.9 tos 4 ttl 9 dev eth0',
  '10.77.0.0/24 via 10.0.0.2 dev eth0 ssthresh 8 fastopen_no_cookie 1 no_track',
  'unreachable 10.78.0.0/24 table 1000',
  'prohibit 10.79.0.0/24',
  'default via 10.0.0.77 dev eth0 metric 9',
  'fd70::/64 dev eth0 metric 5 pref high expires 1000',
  'fd71::/64 dev eth0 metric 6 encap ip6 id 7 dst fd00::9 hoplimit 3',
]);

const rules = block('virtual_rules', [
  'from 10.80.0.0/24 iif eth0 table 100 priority 1000',
  'to 10.81.0.0/24 iif eth0 tos 4 fwmark 5/7 realms 1/2 suppress_prefixlength 5 table 100 priority 1003',
  'not from 10.82.0.0/24 oif eth0 uidrange 1-2 ipproto tcp sport 1-2 dport 3-4 goto 3000 priority 1004',
  'from 10.83.0.0/24 blackhole priority 1005',
  'from 10.84.0.0/24 nop priority 1006',
  'from 10.85.0.0/24 tunnel-id 7 table main priority 1008 no_track',
  'l3mdev priority 1009',
  'from fd80::/64 unreachable priority 1010',
  'to fd81::/64 suppress_ifgroup 3 table 200 priority 1011',
]);

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start', 'outcome');
  await a.start(instance({ priority: 150, more: [...routes, ...rules] }));
  await scene.master(a);
  await a.sees(/Sending gratuitous ARP/);
  scene.fact('policy of the master', await policyOf(a.ns));
  await scene.phase('stop');
  await a.stop();
  scene.fact('policy after it', await policyOf(a.ns));
});
