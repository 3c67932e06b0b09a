/** The blocks of the checker process: virtual servers, their real servers, the ten checks, groups and TLS. */

import { rootRows } from '../../../grammar/keywords/root.ts';
import type { AnyRow, Rows } from '../../../grammar/keywords/row.ts';
import { type KeywordCase, keywordCases, plainKeywords, type Topic, type Wrap } from './cases.ts';

const server =
  (inside: string): Wrap =>
  (statement) =>
    `virtual_server 10.0.0.1 80 {\n lvs_sched rr\n lvs_method DR\n protocol TCP\n` +
    `${inside.includes('@') ? '' : ` ${statement}\n`} real_server 10.0.0.2 80 {\n` +
    `${inside.replace('@', statement)} }\n}\n`;

/** Valid and nearly valid arguments, beyond the eight kinds that every keyword gets. */
const EXTRAS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ip_family: { inet: 'inet', inet6: 'inet6' },
  lb_algo: { rr: 'rr', upper: 'RR', twos: 'twos' },
  lb_kind: {
    nat: 'NAT',
    gre: 'TUN type gre csum',
    gue: 'TUN type gue',
    foo: 'TUN foo',
    ipip: 'TUN type ipip csum',
  },
  lvs_method: {
    nat: 'NAT',
    port: 'TUN type gue port 6080',
    noport: 'TUN type gue port',
    type: 'TUN type foo',
  },
  persistence_engine: { sip: 'sip', 17: 'abcdefghijklmnopq' },
  persistence_granularity: { mask: '255.255.255.0', 300: '300' },
  protocol: { lower: 'udp', sctp: 'SCTP' },
  quorum_up: { missing: '/bin/nope', true: '/usr/bin/true', open: "'abc" },
  notify_up: { missing: '/bin/nope', true: '/usr/bin/true' },
  sorry_server: { good: '10.0.0.9 80', v6: '::1 80', port: '10.0.0.9 81', noport: '10.0.0.9' },
  connect_ip: { good: '10.0.0.3', v6: 'fe80::1', range: '10.0.0.3-5' },
  bindto: { good: '10.0.0.3', v6: '::1' },
  bind_if: { good: 'eth0', 15: 'abcdefghijklmno', 16: 'abcdefghijklmnop' },
  connect_port: { high: '70000' },
  type: { lower: 'aaaa', any: 'ANY' },
  name: { two: 'ab.cd', one: 'a.b', empty: 'ab..cd', root: '.' },
  payload: { hex: '00 1 22', odd: '123', bad: '0g', x: 'XX' },
  require_reply: { wild: '0X XX', bad: '0G' },
  http_protocol: { '1.1': '1.1', '1.0C': '1.0C' },
  digest: { good: 'aabbccddeeff00112233445566778899', bad: 'aabbccddeezz00112233445566778899' },
  status_code: { range: '200-299 301', back: '300-200', open: '200-' },
  misc_path: { missing: '/bin/nope', true: '"/usr/bin/true a"', empty: '""' },
  user: { root: 'root', group: 'root nope' },
  track_file: { known: 'tf' },
  weight: { reverse: '5 reverse' },
  virtualhost: { good: 'example.com' },
};

function casesOf(rows: Rows, wrap: Wrap): KeywordCase[] {
  return plainKeywords(rows).flatMap((keyword) => keywordCases(wrap, keyword, EXTRAS[keyword]));
}

function rowsAt(...path: string[]): Rows {
  let rows: Rows = rootRows;
  for (const keyword of path) {
    const row = rows[keyword] as AnyRow | undefined;
    if (row?.kind !== 'block') throw new Error(`${path.join('/')} is no block`);
    rows = row.rows;
  }
  return rows;
}

/** Inside a check, around a statement: what it needs to be a whole check. */
const FRAMES: Readonly<Record<string, string>> = {
  TCP_CHECK: '@\n',
  PING_CHECK: '@\n',
  UDP_CHECK: '@\n',
  DNS_CHECK: '@\n',
  SMTP_CHECK: '@\n',
  HTTP_GET: 'url {\n path /\n}\n@\n',
  SSL_GET: 'url {\n path /\n}\n@\n',
  MISC_CHECK: 'misc_path /bin/nope\n@\n',
  FILE_CHECK: '@\n',
  BFD_CHECK: '@\n',
};

const inBlock = (keyword: string, inside: string): string => `${keyword} {\n${inside}}\n`;

const checkTopics: Topic[] = Object.entries(FRAMES).map(([type, frame]) => {
  const global = type === 'FILE_CHECK' ? 'track_file tf {\n file /tmp/tf\n}\n' : '';
  const wrap = server(inBlock(type, frame));
  return {
    name: `checker-${type.toLowerCase()}`,
    cases: casesOf(rowsAt('virtual_server', 'real_server', type), (statement) => global + wrap(statement)),
  };
});

const inUrl = (type: string): Wrap => server(inBlock(type, inBlock('url', 'path /\n@\n')));

const groupLines = [
  '10.0.0.1 80',
  '10.0.0.1',
  '10.0.0.1 x',
  '10.0.0.1-5 80',
  '10.0.0.5-1 80',
  '10.0.0.1-300 80',
  '10.0.0.1-5x 80',
  '10.0.0.1-10.0.0.9 80',
  '10.0.0.9-10.0.0.1 80',
  '10.0.0.1-10.0.0 80',
  '10.0.0.0/24 81',
  '10.0.0.1/24 80',
  '10.0.0.0/33 80',
  '::1-5 80',
  '::1-g 80',
  '::/112 80',
  'zzz 80',
  'fwmark',
  'fwmark 3',
  'fwmark 3 inet6',
  'fwmark 3 foo',
  'fwmark -1',
];

const groupCases: KeywordCase[] = groupLines.map((line) => ({
  case: `group ${line}`,
  text:
    `virtual_server_group G {\n${line}\n}\nvirtual_server group G {\n` +
    ' lvs_sched rr\n lvs_method DR\n protocol TCP\n' +
    ` real_server ${line.startsWith(':') ? '::2' : '10.0.0.2'} 80 {\n }\n}\n`,
}));

const addressCases: KeywordCase[] = [
  '',
  'zzz',
  'zzz 80',
  '10.0.0.1',
  '10.0.0.1 0',
  '10.0.0.1 http',
  '10.0.0.1-6 80',
  '::1 80',
  'fwmark',
  'fwmark 5',
  'fwmark x',
  'group',
  'group G',
  '10.0.0.1/24 80 9',
].flatMap((words) => [
  {
    case: `virtual_server ${words}`,
    text:
      `virtual_server ${words} {\n lvs_sched rr\n lvs_method NAT\n protocol TCP\n` +
      ' real_server 10.0.0.2 80 {\n }\n}\n',
  },
  { case: `real_server ${words}`, text: server('@')(`}\n real_server ${words} {`) },
]);

export const checkerTopics: readonly Topic[] = [
  { name: 'virtual_server', cases: [...addressCases, ...casesOf(rowsAt('virtual_server'), server(''))] },
  { name: 'real_server', cases: casesOf(rowsAt('virtual_server', 'real_server'), server('@\n')) },
  ...checkTopics,
  {
    name: 'checker-url',
    cases: casesOf(rowsAt('virtual_server', 'real_server', 'SSL_GET', 'url'), inUrl('SSL_GET')),
  },
  {
    name: 'checker-smtp-host',
    cases: casesOf(
      rowsAt('virtual_server', 'real_server', 'SMTP_CHECK', 'host'),
      server(inBlock('SMTP_CHECK', inBlock('host', '@\n'))),
    ),
  },
  { name: 'virtual_server_group', cases: groupCases },
  { name: 'SSL', cases: casesOf(rowsAt('SSL'), (statement) => `SSL {\n ${statement}\n}\n`) },
];
