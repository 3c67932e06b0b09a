/** The blocks of the VRRP and BFD processes, apart from global_defs, vrrp_instance and vrrp_script. */
import { bfdInstanceRows } from '../../../grammar/keywords/bfd-instance.ts';
import { rootRows } from '../../../grammar/keywords/root.ts';
import { addressWords, garpGroupRows } from '../../../grammar/keywords/static-blocks.ts';
import { trackFileRows, trackProcessRows } from '../../../grammar/keywords/trackers.ts';
import { addressOptions } from '../../../grammar/lines/address-line.ts';
import { routeOptions } from '../../../grammar/lines/route-line.ts';
import { ruleActions, ruleOptions } from '../../../grammar/lines/rule-line.ts';
import { type KeywordCase, keywordCases, plainKeywords, type Topic, type Wrap } from './cases.ts';

const block =
  (opening: string, ...before: string[]): Wrap =>
  (statement) =>
    `${opening} {\n${before.map((line) => ` ${line}\n`).join('')} ${statement}\n}\n`;

/** Each case with one statement, named after its first two words. */
const single = (wrap: Wrap, statements: readonly string[]): KeywordCase[] =>
  statements.map((statement) => ({ case: statement.replace(/\n\s*/g, ' ; '), text: wrap(statement) }));

function options(
  wrap: Wrap,
  words: readonly string[],
  extras: Readonly<Record<string, string>>,
): KeywordCase[] {
  return words.flatMap((word) => {
    // A missing parameter names its place in the line, so the option stands on the line it belongs to.
    const cases = keywordCases((statement) => wrap(statement.split('\n')[0] ?? ''), word, extras);
    return cases.filter(({ case: label }) => !label.endsWith(' twice'));
  });
}

const VALID = {
  name: 'main',
  address: '10.0.0.9',
  address6: '2001:db8::9',
  prefix: '10.0.0.0/24',
  prefix6: '2001:db8::/64',
  lock: 'lock 5',
  time: '1.5s',
  hex: '0x10',
  octal: '08',
  range: '5-6',
  pair: '1/2',
  interface: 'eth1',
  missing: 'eth9',
  word: 'enabled',
};

const route: Wrap = (option) => `static_routes {\n 10.0.0.0/24 dev eth0 ${option}\n}\n`;
const route6: Wrap = (option) => `static_routes {\n 2001:db8::/64 dev eth0 ${option}\n}\n`;
const rule: Wrap = (option) => `static_rules {\n preference 7 table 5 ${option}\n}\n`;
const bareRule: Wrap = (option) => `static_rules {\n from 10.0.0.1 ${option}\n}\n`;
const address: Wrap = (option) => `static_ipaddress {\n 10.0.0.1/24 ${option}\n}\n`;
const address6: Wrap = (option) => `static_ipaddress {\n 2001:db8::1/64 ${option}\n}\n`;

const instance: Wrap = (statement) =>
  `vrrp_instance A {\n interface eth0\n virtual_router_id 51\n ${statement}\n virtual_ipaddress {\n  10.0.0.1\n }\n}\n`;

const TRACKERS =
  'track_file F {\n file /tmp/f\n}\nvrrp_track_process P {\n process p\n}\nbfd_instance B {\n neighbor_ip 10.0.0.2\n}\n';

const trackLine =
  (list: string): Wrap =>
  (statement) =>
    TRACKERS + instance(`${list} {\n  ${statement}\n }`);

const WEIGHTS = [
  '',
  'weight',
  'weight 5',
  'weight 5 reverse',
  'weight 5 noreverse',
  'weight 5 zzz',
  'weight zzz',
];
const MORE_WEIGHTS = [
  'weight 0',
  'weight 253',
  'weight 254',
  'weight -254',
  'weight 255',
  'weight 1.5',
  'zzz',
];

const trackLines = (list: string, name: string): KeywordCase[] =>
  [...WEIGHTS, ...MORE_WEIGHTS].map((rest) => ({
    case: `${list} ${rest}`.trimEnd(),
    text: trackLine(list)(`${name} ${rest}`.trimEnd()),
  }));

const since = (words: readonly string[], table: Readonly<Record<string, { readonly since?: string }>>) =>
  words.filter((word) => table[word] !== undefined && table[word].since === undefined);

/** A namespace that is there or not changes the whole run, so it is left to a fixture of its own. */
const rootWords = plainKeywords(rootRows).filter((word) => !word.startsWith('net_namespace'));

const encapsulations = [
  'encap',
  'encap zzz',
  'encap ip',
  ...['id 5', 'id zzz', 'id', 'dst 10.0.0.1', 'dst zzz', 'dst fe80::1', 'src 10.0.0.1'].map(
    (o) => `encap ip ${o}`,
  ),
  ...['src zzz', 'tos 5', 'tos zzz', 'ttl 5', 'ttl 256', 'flags 5', 'flags zzz', 'flags'].map(
    (option) => `encap ip id 1 ${option}`,
  ),
  'encap ip6',
  ...['id 5', 'id zzz', 'dst fe80::1', 'dst 10.0.0.1', 'src fe80::1'].map((option) => `encap ip6 ${option}`),
  ...['src zzz', 'tc 5', 'tc zzz', 'hoplimit 5', 'hoplimit 256', 'flags zzz'].map(
    (o) => `encap ip6 id 1 ${o}`,
  ),
  ...['', ' 5', ' 5/6', ' zzz', ' 1048576'].map((option) => `encap mpls${option}`),
  ...['', ' 1:2:3:4', ' zzz', ' 1:2:3', ' 1:2:3:12345'].map((option) => `encap ila${option}`),
];

const nextHops = [
  'nexthop',
  ...['via 10.0.0.1', 'via', 'via zzz', 'via fe80::1', 'via inet 10.0.0.1', 'via inet6 fe80::1', 'via inet'],
  ...['dev eth1', 'dev', 'weight 5', 'weight 0', 'weight 257', 'weight zzz', 'weight', 'onlink', 'realms 5'],
  ...['realms zzz', 'encap ip id 5', 'encap zzz', 'zzz', 'as 10.0.0.1', 'via 10.0.0.1 nexthop via 10.0.0.2'],
].map((rest, at) => (at === 0 ? rest : `nexthop ${rest}`));

const destinations = [
  'default dev eth0',
  'default6 dev eth0',
  'any dev eth0',
  'all dev eth0',
  'to 10.0.0.0/8 dev eth0',
  'to',
  'to unicast 10.0.0.0/8 dev eth0',
  'unicast 10.0.0.0/8 dev eth0',
  'blackhole 10.0.0.0/8 dev eth0',
  '5 10.0.0.0/8 dev eth0',
  '256 10.0.0.0/8 dev eth0',
  'zzz dev eth0',
  'dev eth0',
  '10.0.0.0/33 dev eth0',
  '10.0.0.0/zzz dev eth0',
  '10.0.0.0/ dev eth0',
  '2001:db8::/129 dev eth0',
  'via 10.0.0.1 default dev eth0',
  '10.0.0.0/8 default dev eth0',
  'default 10.0.0.0/8 dev eth0',
  'inet6 default via fe80::1 dev eth0',
  'default via fe80::1 dev eth0',
  'default via inet6 10.0.0.1 dev eth0',
  'default dev eth0 src fe80::1 via 10.0.0.1',
  '10.0.0.0/8 via 10.0.0.9 dev eth0 or 10.0.0.8 or 10.0.0.7',
  '10.0.0.0/8 or 10.0.0.8 dev eth0 nexthop via 10.0.0.9',
];

const INIT = ['', ' 5', ' zzz', ' 5 overwrite', ' overwrite 5', ' 255', ' 2147483648', ' -254'];

const vmacs = [
  'use_vmac',
  ...['vmac1', 'vmac1 vmac2', 'aaaaaaaaaaaaaaaa', 'a/b', 'eth1', '00:11:22:33:44:55', '00:11:22:33:44'],
  ...['00:11:22:33', '01:11:22:33:44:55', '00:00:5e:00:01:06', 'zz:11:22:33:44:55'],
  ...['vmac1 00:11:22:33:44:55', '00:11:22:33:44:55 00:11:22:33:44:56', 'vmac1\n use_vmac vmac2'],
  ...['\n strict_mode', '00:11:22:33:44:55\n strict_mode', '\n vmac_xmit_base\n strict_mode'],
  ...['\n promote_secondaries', '\n unicast_peer {\n  10.0.0.9\n }'],
].map((rest, at) => (at === 0 ? rest : `use_vmac ${rest}`.replace(' \n', '\n')));

const ipvlans = [
  'use_ipvlan',
  ...[
    'ipv1',
    'ipv1 10.0.0.9',
    '10.0.0.9/24',
    'ipv1 10.0.0.9/33',
    '10.0.0.9 10.0.0.8',
    'ipv1 ipv2',
    'fe80::1',
  ],
  ...[
    'bridge 10.0.0.9',
    'bridge private',
    'aaaaaaaaaaaaaaaa',
    'eth1',
    '10.0.0.9\n use_ipvlan',
    '10.0.0.9 zzz yyy',
  ],
  ...['10.0.0.9\n vmac_xmit_base', '10.0.0.9\n promote_secondaries'],
].map((rest, at) => (at === 0 ? rest : `use_ipvlan ${rest}`));

export const vrrpTopics: readonly Topic[] = [
  { name: 'root', cases: rootWords.flatMap((word) => keywordCases((line) => `${line}\n`, word)) },
  {
    name: 'static_routes',
    cases: [
      ...options(route, Object.keys(routeOptions), VALID),
      ...options(route6, ['from', 'expires', 'pref', 'realms', 'src', 'via'], VALID),
      ...single(route, [...encapsulations, ...nextHops]),
      ...single(block('static_routes'), destinations),
    ],
  },
  {
    name: 'static_rules',
    cases: [
      ...options(rule, Object.keys(ruleOptions), { ...VALID, tcp: 'tcp', mask: '0x5/0xff', mark: '5/zzz' }),
      ...options(bareRule, Object.keys(ruleActions), {}),
      ...single(block('static_rules'), [
        'from 10.0.0.1',
        'from 10.0.0.1 table 5',
        'from 10.0.0.1 table 5\n from fe80::1 table 5\n table 6',
        'preference 5 goto 6',
        'preference 5 goto 5',
        'goto 6',
        'preference 5 type blackhole',
        'preference 5 type zzz',
        'preference 5 throw',
        'preference 5 blackhole realms 5',
        'preference 5 from fe80::1 table 5 realms 5',
        'preference 5 l3mdev table 5',
        'preference 5 table 5 l3mdev',
        'zzz',
      ]),
    ],
  },
  {
    name: 'static_ipaddress',
    cases: [
      ...options(address, since(addressWords('static'), addressOptions), VALID),
      ...options(address6, ['scope', 'label', 'broadcast', 'peer', 'preferred_lft'], VALID),
    ],
  },
  {
    name: 'track_file',
    cases: [
      ...plainKeywords(trackFileRows).flatMap((word) => {
        const before = word === 'file' ? [] : ['file /tmp/f'];
        return keywordCases(block('track_file F', ...before), word, { reverse: '5 reverse', odd: '5 zzz' });
      }),
      ...single(
        block('track_file F', 'file /tmp/f'),
        INIT.map((rest) => `init_file${rest}`),
      ),
      ...trackLines('track_file', 'F'),
    ],
  },
  {
    name: 'vrrp_track_process',
    cases: [
      ...plainKeywords(trackProcessRows).flatMap((word) => {
        const before = word === 'process' ? [] : ['process p'];
        return keywordCases(block('vrrp_track_process P', ...before), word, {
          reverse: '5 reverse',
          odd: '5 zzz',
          initial: 'initial',
        });
      }),
      ...single(block('vrrp_track_process P', 'process p'), [
        'quorum 5\n quorum_max 3',
        'quorum_max 3\n quorum 5',
      ]),
      ...trackLines('track_process', 'P'),
    ],
  },
  {
    name: 'bfd_instance',
    cases: [
      ...plainKeywords(bfdInstanceRows).flatMap((word) => {
        const before = word.startsWith('neigh') ? [] : ['neighbor_ip 10.0.0.2'];
        return keywordCases(block('bfd_instance B', ...before), word, {
          valid: '10.0.0.3',
          valid6: 'fe80::3',
          large: '10001',
          fraction: '1.0005',
          reverse: '5 reverse',
          odd: '5 zzz',
        });
      }),
      ...trackLines('track_bfd', 'B'),
    ],
  },
  {
    name: 'garp_group',
    cases: plainKeywords(garpGroupRows).flatMap((word) => {
      const wrap = block('garp_group', ...(word === 'interface' ? ['garp_interval 1'] : []));
      return keywordCases(wrap, word, { valid: word === 'interface' ? 'eth0' : '0.5' });
    }),
  },
  {
    name: 'interfaces',
    cases: [
      ...single(block('linkbeat_interfaces'), ['eth0', 'eth0 MII', 'eth0 zzz', 'eth0 MII zzz', 'eth9', 'lo']),
      ...single(block('interface_up_down_delays'), [
        'eth0',
        ...['5', '5 6', '5 6 7', 'zzz', '5 zzz', '256', '-1', '1.5', '0.0000001'].map((d) => `eth0 ${d}`),
        'eth9 5',
      ]),
      ...single(instance, [...vmacs, ...ipvlans]),
    ],
  },
];
