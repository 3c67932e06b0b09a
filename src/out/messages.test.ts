/** The table against those who use it: the ids of the core, its arguments, and texts that users grep for. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isMessageId, type MessageArg, messages } from './messages.ts';

const core = new URL('../vrrp/', import.meta.url);
const sources = readdirSync(core)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(new URL(name, core), 'utf8'));

/** String literals where an id can stand: first argument of a log call, value of `id`, message of a state. */
function idsIn(source: string): string[] {
  const places = [
    ...source.matchAll(/\blog\(\s*([^,()]*?(?:'[^']*'[^,()]*?)+)[,)]/g),
    ...source.matchAll(/\bid(?::| =)\s*([^;,}]*?'[^;,}]*)[;,}]/g),
    ...source.matchAll(/becomeBackup\(draft,\s*('[^']*')/g),
  ];
  const literal = /'([a-z0-9]+(?:-[a-z0-9]+)*)'/g;
  const compared = /[!=]==\s*'[^']*'/g;
  return places.flatMap((place) =>
    [...(place[1] ?? '').replace(compared, '').matchAll(literal)].map((match) => match[1] ?? ''),
  );
}

test('every id that the core logs is in the table', () => {
  const found = new Set(sources.flatMap(idsIn));
  for (const id of [
    'entering-backup-init',
    'rx-long',
    'queueing-na',
    'master-received-lower',
    'script-failed',
  ]) {
    assert.ok(found.has(id), `the search does not see ${id}`);
  }
  assert.ok(found.size > 50, `only ${found.size} ids found`);
  assert.deepEqual(
    [...found].filter((id) => !isMessageId(id)),
    [],
  );
});

test('the ids that are put together exist as well', () => {
  const built = ['setting', 'removing'].flatMap((verb) => [`${verb}-vips`, `${verb}-evips`]);
  assert.ok(sources.some((source) => source.includes(`\${verb}-vips`) && source.includes(`\${verb}-evips`)));
  assert.deepEqual(
    built.filter((id) => !isMessageId(id)),
    [],
  );
});

test('what the vectors log has a text, with a value for every argument that it names', () => {
  const folder = new URL('../../fixtures/vectors/', import.meta.url);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const lines = names
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => [...readFileSync(new URL(name, folder), 'utf8').matchAll(/"(?:\w+: )?log ([^"]+)"/g)])
    .map((match) => match[1] ?? '');
  assert.ok(lines.length > 100);
  assert.ok(lines.some((line) => line.startsWith('group-syncing')));
  for (const line of new Set(lines)) {
    const [id = '', ...args] = line.split(' ');
    assert.ok(isMessageId(id), `no log message ${id}`);
    assert.doesNotMatch(messages[id].text(...args), /undefined/, line);
  }
});

/** Recorded from keepalived 2.2.7 except where noted. */
const upstream: readonly (readonly [text: string, id: string, ...args: MessageArg[]])[] = [
  ['(R1) Entering BACKUP STATE (init)', 'entering-backup-init', 'R1'],
  ['VRRP_Group(G) Syncing instances to MASTER state', 'group-syncing', 'G', 'MASTER'],
  ['VRRP_Group(G): Syncing R1 to FAULT state', 'group-fault-at-start', 'G', 'R1'],
  [
    'IPVS cmd IP_VS_SO_SET_DEL(1156) error: No such file or directory(2) (Fwm 21)',
    'ipvs-refused',
    'removeService',
    3,
    'Fwm 21',
  ],
  ['(R1) Entering BACKUP STATE', 'entering-backup', 'R1'],
  ['(R1) Entering MASTER STATE', 'entering-master', 'R1'],
  ['(R1) Entering FAULT STATE', 'entering-fault', 'R1'],
  ['(R1) Receive advertisement timeout', 'receive-advertisement-timeout', 'R1'],
  ['(R1) setting VIPs.', 'setting-vips', 'R1'],
  ['(R1) removing VIPs.', 'removing-vips', 'R1'],
  ['(R1) sent 0 priority', 'sent-0-priority', 'R1'],
  [
    '(R1) Sending/queueing gratuitous ARPs on eth0 for 10.0.0.200',
    'queueing-garp',
    'R1',
    'eth0',
    '10.0.0.200',
  ],
  [
    '(R1) Master received advert from 10.0.0.2 with same priority 100 but higher IP address than ours',
    'master-received-same',
    'R1',
    '10.0.0.2',
    100,
  ],
  [
    '(R1) Master received advert from 10.0.0.2 with higher priority 150, ours 100',
    'master-received-higher',
    'R1',
    '10.0.0.2',
    150,
    100,
  ],
  [
    '(R1) Received advert from 10.0.0.2 with lower priority 50, ours 100, forcing new election',
    'master-received-lower',
    'R1',
    '10.0.0.2',
    50,
    100,
  ],
];
for (const [text, id, ...args] of upstream) {
  test(`text of ${id}`, () => {
    assert.ok(isMessageId(id));
    assert.equal(messages[id].text(...args), text);
  });
}
