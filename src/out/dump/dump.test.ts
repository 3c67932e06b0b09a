/** Dumps of a made-up report: texts that compat cases cannot pin down, and what must never be in them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DumpFacts, InstanceFacts } from '../../ipc/dump-facts.ts';
import { us } from '../../units.ts';
import type { InstanceConfig } from '../../vrrp/config.ts';
import type { Fault } from '../../vrrp/events.ts';
import type { VrrpReport } from '../../vrrp/report.ts';
import { initialState } from '../../vrrp/state.ts';
import { instance, vip } from '../../vrrp/testing/config.ts';
import { vrrpDataText } from './index.ts';
import { vrrpJsonText } from './json.ts';
import { addressText, commandText, dateText, epochText, secondsText } from './text.ts';

const nothing = { interfaces: [], scripts: [], files: [], processes: [], bfds: [] };
const described: InstanceFacts = {
  tracked: nothing,
  smtpAlert: false,
  notifyPriorityChanges: false,
  debug: 0,
  unicastWithoutPeers: false,
  faultWithoutPeers: false,
  unicastTtl: 255,
};

function dump(config: InstanceConfig, faults: readonly Fault[] = [], jsonVersion: 1 | 2 = 1) {
  const state = { ...initialState(config), name: 'MASTER' as const, lastTransitionUs: us(1_500_000) };
  const status = {
    config,
    state: { ...state, conditions: { ...state.conditions, faults } },
    stats: state.stats,
  };
  const report: VrrpReport = {
    nowUs: us(2_000_000),
    wallUs: 1_000_000_000_000_000,
    instances: [status],
    deadlines: new Map(),
    lastAdverts: new Map(),
    groups: [],
    sockets: [],
    trackers: { scripts: [], files: [], processes: [], bfds: [] },
    links: [],
    statics: { addresses: [], routes: [], rules: [] },
    paces: [],
  };
  const facts: DumpFacts = {
    globals: [],
    naming: {},
    jsonVersion,
    instances: { [config.name]: described },
    groups: {},
    scripts: {},
    files: {},
    processes: {},
    bfds: {},
    trackGroups: [],
  };
  return { report, facts, notify: {}, groupNotify: {}, setting: () => undefined };
}

test('a password is in no dump', () => {
  const data = new TextEncoder().encode('secret12');
  const given = dump(instance({ auth: { type: 'pass', data } }));
  for (const text of [vrrpDataText(given), vrrpJsonText(given)]) {
    assert.ok(text.includes('********'));
    assert.ok(!text.includes('secret'));
  }
});

test('the causes of a fault are told by name', () => {
  const text = vrrpDataText(
    dump(instance(), [
      { kind: 'script', name: 'check' },
      { kind: 'tracked-interface', interface: 'eth7' },
      { kind: 'bfd', name: 'peer' },
    ]),
  );
  assert.match(text, /track script faults = 3\n {3}Causes of the fault :\n {5}script check\n/);
  assert.match(text, / {5}tracked interface eth7\n {5}bfd peer\n/);
});

test('JSON: slashes are escaped, fractions are kept, and there are two layouts', () => {
  const config = instance({ version: 3, advertIntervalUs: us(250_000), vips: [vip('10.0.0.1')] });
  const text = vrrpJsonText(dump(config));
  assert.ok(text.includes('"vips":["10.0.0.1\\/24 dev eth0 scope global set"]'));
  const [only] = JSON.parse(text) as { data: Record<string, unknown> }[];
  assert.deepEqual([only?.data.adver_int, only?.data.state, only?.data.vmac_ifname], [0.25, 2, '']);
  assert.ok(text.includes('"last_transition":999999999.500000,'));
  const second = JSON.parse(vrrpJsonText(dump(config, [], 2))) as Record<string, unknown[]>;
  assert.deepEqual(Object.keys(second), ['vrrp', 'track_process']);
});

test('times, seconds, commands and addresses', () => {
  assert.equal(epochText(1_795_657_410_304_410), '1795657410.304410');
  assert.equal(epochText(1_000_000_000_000_042), '1000000000.000042');
  assert.match(dateText(1_795_657_410_304_410), /^[A-Z][a-z]{2} Nov 2[56] \d\d:\d\d:30\.304410 2026$/);
  assert.equal(secondsText(us(250_000)), '0.25');
  assert.equal(secondsText(us(3_000_000)), '3');
  assert.equal(commandText(['/bin/x', "it's", 'a b']), "'/bin/x' 'it'\\''s' 'a b'");
  const whole = { set: false, filtered: false };
  assert.equal(addressText(vip('10.0.0.1', { prefix: 32 }), 'eth0', whole), '10.0.0.1 dev eth0 scope global');
  assert.equal(
    addressText(vip('fd00::1', { track: false }), 'eth0', { set: true, filtered: true }),
    'fd00::1/64 dev eth0 scope global -nodad no_track preferred_lft forever set nftable_set',
  );
});
