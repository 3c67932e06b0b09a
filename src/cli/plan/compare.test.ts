import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseConfig } from '../../../grammar/index.ts';
import type { Model } from '../../../grammar/model.ts';
import { objectFacts } from '../../../grammar/testing.ts';
import { takenForGiven } from '../check-facts.ts';
import { compare, type Plan } from './compare.ts';
import type { Situation } from './outlook.ts';
import { planText } from './text.ts';

const modelOf = (text: string): Model =>
  parseConfig('k.conf', takenForGiven(objectFacts({ files: { 'k.conf': text } }))).model;

const instance = (name: string, more = '', vrid = 51, vip = '10.0.0.1'): string => `vrrp_instance ${name} {
  interface eth0
  virtual_router_id ${vrid}
  virtual_ipaddress {
    ${vip}
  }
  ${more}
}
`;

/** Instances of one sync group. */
const sync = (names: readonly string[], more: Readonly<Record<string, string>> = {}, group = ''): string =>
  [
    `vrrp_sync_group G {\n group {\n ${names.join('\n ')}\n }\n ${group}\n}\n`,
    ...names.map((name, at) => instance(name, more[name], 51 + at, `10.0.0.${at + 1}`)),
  ].join('');

const quiet: Situation = { isMaster: () => undefined, linkProblem: () => undefined };
const planOf = (before: string, after: string, situation: Partial<Situation> = {}): Plan =>
  compare(modelOf(before), modelOf(after), { ...quiet, ...situation });
const linesOf = (plan: Plan): string[] => planText(plan, false).trim().split('\n');

describe('a plan', () => {
  it('of the same configuration, laid out otherwise, has nothing to do', () => {
    const text = instance('A');
    const { changes, untouched } = planOf(text, `# moved\n\n${text.replaceAll('  ', '\t')}`);
    assert.deepEqual(changes, []);
    assert.deepEqual(untouched, { 'global settings': 1, instance: 1 });
  });

  it('names keywords and addresses that change', () => {
    const plan = planOf(instance('A', 'priority 150'), instance('A', 'priority 90', 51, '10.0.0.2'));
    assert.deepEqual(linesOf(plan).slice(0, 4), [
      '~ instance A',
      '    priority 150 -> 90',
      '    address 10.0.0.2 dev eth0 added',
      '    address 10.0.0.1 dev eth0 removed',
    ]);
  });

  it('does not show secrets', () => {
    const auth = (pass: string): string => `authentication {\n auth_type PASS\n auth_pass ${pass}\n}`;
    const text = planText(planOf(instance('A', auth('eins')), instance('A', auth('zwei'))), false);
    assert.match(text, /authentication changes/);
    assert.doesNotMatch(text, /eins|zwei|101|122/);
  });

  const effects: readonly (readonly [string, string, string, Partial<Situation>, string])[] = [
    [
      'a master whose priority falls',
      instance('A', 'priority 150'),
      instance('A', 'priority 90'),
      { isMaster: () => true },
      '~ instance A: it is MASTER: a backup of a higher priority that preempts takes over',
    ],
    [
      'a backup whose priority rises',
      instance('A', 'priority 90'),
      instance('A', 'priority 150'),
      { isMaster: () => false },
      '~ instance A: it takes over where its priority is the highest now',
    ],
    [
      'another virtual router id',
      instance('A'),
      instance('A', '', 52),
      { isMaster: () => true },
      '! instance A: it is MASTER: it gives up its addresses, and starts as BACKUP',
    ],
    [
      'a master that goes',
      `${instance('A')}${instance('B', '', 52, '10.0.0.2')}`,
      instance('B', '', 52, '10.0.0.2'),
      { isMaster: () => true },
      '- instance A: it is MASTER: it gives up its addresses, and a backup takes over',
    ],
    [
      'an interface that is down',
      instance('A'),
      instance('A', 'track_interface {\n eth5\n}'),
      { linkProblem: (name) => (name === 'eth5' ? 'is down' : undefined) },
      '~ instance A: goes to FAULT: eth5 is down',
    ],
    [
      'a new one on an interface that is not there',
      '',
      instance('A'),
      { linkProblem: () => 'does not exist' },
      '+ instance A: starts in FAULT: eth0 does not exist',
    ],
    [
      'a member whose sync group has lost an interface',
      sync(['A', 'B']),
      sync(['A', 'B'], { B: 'track_interface {\n eth5\n}' }),
      { linkProblem: (name) => (name === 'eth5' ? 'is down' : undefined) },
      '~ instance A: goes to FAULT with its sync group G: B has eth5, which is down',
    ],
    [
      'the other members when the group itself tracks an interface that is down',
      sync(['A', 'B'], {}, 'track_interface {\n eth5\n}'),
      sync(['A', 'B']),
      { linkProblem: (name) => (name === 'eth5' ? 'is down' : undefined) },
      '~ instance A: leaves FAULT',
    ],
    [
      'a member that another one kept in FAULT',
      sync(['A', 'B'], { B: 'track_interface {\n eth5\n}' }),
      sync(['A', 'B']),
      { linkProblem: (name) => (name === 'eth5' ? 'is down' : undefined) },
      '~ instance A: leaves FAULT: nothing keeps its sync group G there any more',
    ],
    [
      'a new member of a group that is master',
      sync(['A']),
      sync(['A', 'B']),
      { isMaster: ({ name }) => name === 'A' },
      '+ instance B: starts as BACKUP, and follows its sync group G to MASTER where nobody else is',
    ],
    [
      'a new member in a group that is in FAULT',
      sync(['A'], { A: 'track_interface {\n eth5\n}' }),
      sync(['A', 'B'], { A: 'track_interface {\n eth5\n}' }),
      { linkProblem: (name) => (name === 'eth5' ? 'is down' : undefined) },
      '+ instance B: starts in FAULT with its sync group G: A has eth5, which is down',
    ],
    [
      'a master that gets into a group with a backup',
      `${instance('A')}${instance('B', '', 52, '10.0.0.2')}`,
      sync(['A', 'B']),
      { isMaster: ({ name }) => name === 'A' },
      '~ instance A: it is MASTER: it goes to BACKUP, as B of its sync group G is BACKUP',
    ],
    [
      'a master beside one whose priority falls',
      sync(['A', 'B'], { B: 'priority 150' }),
      sync(['A', 'B'], { B: 'priority 90' }),
      { isMaster: () => true },
      '~ instance A: it is MASTER: it goes where B of its sync group G goes',
    ],
    ['an owner', '', instance('A', 'priority 255'), {}, '+ instance A: starts as MASTER'],
  ];
  for (const [what, before, after, situation, line] of effects) {
    it(`says what becomes of ${what}`, () => {
      assert.equal(linesOf(planOf(before, after, situation))[0], line);
    });
  }

  it('finds the servers that change among those that do not', () => {
    const servers = (more: readonly string[]): string =>
      `virtual_server 10.0.0.1 80 {\n protocol TCP\n lb_kind NAT\n${more.map((line) => ` real_server ${line}\n`).join('')}}\n`;
    const before = servers(['10.1.0.1 80 {\n weight 1\n }', '10.1.0.2 80 {\n }', '10.1.0.3 80 {\n }']);
    const after = servers([
      '10.1.0.1 80 {\n weight 4\n }',
      '10.1.0.2 80 {\n }',
      '10.1.0.4 80 {\n alpha\n TCP_CHECK {\n }\n }',
    ]);
    const of = '[10.0.0.1]:tcp:80';
    assert.deepEqual(linesOf(planOf(before, after)), [
      `- real server [10.1.0.3]:tcp:80 of ${of}`,
      `~ real server [10.1.0.1]:tcp:80 of ${of}`,
      '    weight 1 -> 4',
      `+ real server [10.1.0.4]:tcp:80 of ${of}: it gets no connections before its checks succeed`,
      '',
      'real server: 1 added, 1 removed, 1 changed, 1 untouched',
      'global settings: 1 untouched',
      'virtual server: 1 untouched',
    ]);
  });

  it('finds every other kind of part', () => {
    const before = `static_routes {\n 10.5.0.0/16 dev eth0\n}\nvrrp_sync_group G {\n group {\n A\n}\n}\n${instance('A')}`;
    const after = `global_defs {\n router_id x\n}\nwebhook w {\n url http://a/\n}\n${instance('A')}`;
    const kinds = planOf(before, after).changes.map(({ kind, action }) => `${kind} ${action}`);
    assert.deepEqual(kinds, [
      'global settings changed',
      'sync group removed',
      'static route removed',
      'webhook added',
    ]);
  });
});
