import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check, group, instance, rule, secure } from './testing.ts';

const trackers =
  'track_file F {\nfile /tmp/f\n}\nvrrp_track_process P {\nprocess p\nweight 4\n}\n' +
  'bfd_instance B {\nneighbor_ip 10.0.0.2\nweight 4\n}\n';
const tracksAll = 'track_file {\nF\n}\ntrack_process {\nP\n}\ntrack_bfd {\nB\n}\n';

rule('no-weights', () => {
  const script =
    'vrrp_script s {\nscript /usr/bin/true\nweight 5\n}\nvrrp_script t {\nscript /usr/bin/true\n}\n';
  const tracks = 'track_script {\ns\nt\n}\ntrack_interface {\neth1 weight 3\n}';
  const scripts = { '/usr/bin/true': {} };
  it('drops weighted scripts; weights of interfaces stay, whatever is said of them', () => {
    const { said, first } = check(
      secure +
        script +
        group('A\nB') +
        instance(tracks) +
        instance('', { name: 'B', id: 'interface eth0\nvirtual_router_id 2' }),
      scripts,
    );
    assert.deepEqual(said, [
      '(A) ignoring eth1 tracked interface weight due to SYNC group',
      '(A) ignoring tracked script s with weights due to SYNC group',
    ]);
    assert.deepEqual(
      first.trackScripts.map(({ name }) => name),
      ['t'],
    );
    assert.equal(first.trackInterfaces[0]?.weight, 3);
  });
  it('says nothing about a script that is disabled anyway', () => {
    const { said } = check(secure + script + group('A', 'smtp_alert') + instance('track_script {\ns\n}'));
    assert.ok(said.includes('Disabling track script s since not found/accessible'));
    assert.ok(!said.some((text) => text.includes('due to SYNC group')));
  });
  it('leaves them with sync_group_tracking_weight', () => {
    const { first, result } = check(
      secure + script + group('A', 'sync_group_tracking_weight') + instance(tracks),
      scripts,
    );
    assert.deepEqual(
      first.trackScripts.map(({ name, weight }) => [name, weight]),
      [
        ['s', 5],
        ['t', 0],
      ],
    );
    assert.equal(result.model.groups[0]?.trackingWeight, true);
  });
});

describe('no-weights: owners and files', () => {
  it('takes interfaces, files and sessions with a weight from an address owner', () => {
    const { said, first } = check(
      trackers + instance(`priority 255\ntrack_interface {\neth1 weight 5\neth2\n}\n${tracksAll}`),
    );
    assert.deepEqual(said, [
      '(A) ignoring eth1 tracked interface due to address owner',
      '(A) ignoring weight from tracked file F due to address_owner. specify weight 0',
      '(A) ignoring tracked bfd B with weight 4 due to address_owner',
    ]);
    assert.deepEqual(
      first.trackInterfaces.map(({ name }) => name),
      ['eth2'],
    );
    assert.deepEqual(
      [...first.trackFiles, ...first.trackProcesses, ...first.trackBfds].map(({ weight }) => weight),
      [0, 4],
    );
  });
  const other = instance('', { name: 'B', id: 'interface eth1\nvirtual_router_id 2' });
  const file = (weight: string): string => `track_file {\nF ${weight}\n}`;
  it('keeps a file without a weight of its own, and drops one with', () => {
    const { said, first } = check(trackers + instance(file('weight -1')) + other + group('A\nB'));
    assert.deepEqual(said, ['(A) ignoring tracked file F with weight -1 due to SYNC group']);
    assert.deepEqual(first.trackFiles, []);
    assert.equal(check(trackers + instance(file('')) + other + group('A\nB')).first.trackFiles[0]?.weight, 0);
  });
  it('gives the group as the reason for an owner that is in one', () => {
    const owner = instance(`priority 255\ntrack_interface {\neth1 weight 5\n}`);
    const { said, first } = check(owner + other + group('A\nB'));
    assert.deepEqual(said, ['(A) ignoring eth1 tracked interface weight due to SYNC group']);
    assert.equal(first.trackInterfaces[0]?.weight, 5);
    const weighing = check(owner + other + group('A\nB', 'sync_group_tracking_weight'));
    assert.deepEqual(weighing.said, ['(A) ignoring eth1 tracked interface due to address owner']);
  });
});

rule('group-members', () => {
  it('drops unknown members, second memberships and empty groups', () => {
    const second = 'vrrp_sync_group H {\ngroup {\nA X\n}\n}\nvrrp_sync_group I {\n}\n';
    const { said, result } = check(group('A') + second + instance(''));
    assert.deepEqual(said, [
      "Sync group G has only 1 virtual router(s) - this probably isn't what you want",
      'Virtual router A cannot exist in more than one sync group; ignoring H',
      "Virtual router X specified in sync group H doesn't exist - ignoring",
      'Sync group H, no matching virtual router found in group declaration - removing',
      'Sync group I has no virtual router(s). removing',
    ]);
    assert.deepEqual(
      result.model.groups.map(({ name, members }) => [name, members]),
      [['G', ['A']]],
    );
  });
  it('warns of a backup that joins address owners, by their states', () => {
    const text = (states: string): string => {
      const names = [...'ABCD'].slice(0, states.length);
      const bodies: Record<string, string> = {
        M: 'state MASTER\npriority 255',
        K: 'state BACKUP\npriority 100',
        N: 'priority 100',
        O: 'priority 255',
        m: 'state MASTER\npriority 100',
      };
      const of = (name: string, at: number): string =>
        instance(bodies[states.charAt(at)] ?? '', {
          name,
          vips: `10.0.0.${at + 1}`,
          id: `interface eth0\nvirtual_router_id ${at + 1}`,
        });
      return names.map(of).join('') + group(names.join('\n'));
    };
    const warning =
      "Sync group G has some member(s) as address owner and some not as address owner. This won't work.";
    // Observed on 2.2.7.
    for (const states of ['MK', 'MKK', 'MKN', 'MMK', 'MKM', 'MKMK', 'MMKK', 'MKm']) {
      assert.deepEqual(check(text(states)).said, [warning], states);
    }
    for (const states of ['KM', 'MN', 'MNK', 'KMK', 'OK', 'OMK', 'mK', 'mMK', 'MmK', 'MO', 'MOK']) {
      assert.deepEqual(check(text(states)).said, [], states);
    }
  });
});

rule('group-trackers', () => {
  const other = instance('', { name: 'B', id: 'interface eth1\nvirtual_router_id 2' });
  it('may not weigh what they track beside an address owner', () => {
    const { said, result } = check(trackers + group('A\nB', tracksAll) + instance('priority 255') + other);
    const why = 'with member having priority 255 - setting weight 0';
    assert.deepEqual(said, [
      `(G) Cannot have weighted track file 'F' ${why}`,
      `(G) Cannot have weighted track process 'P' ${why}`,
      `(G) Cannot have weighted track bfd 'B' ${why}`,
    ]);
    assert.equal(result.model.groups[0]?.trackFiles[0]?.weight, 0);
  });
  it('count once: for the instance or for the group', () => {
    const both = group('A\nB', 'track_interface {\neth0 weight 2\neth1 weight 2\n}');
    const { said } = check(
      both +
        instance('priority 255\ntrack_interface {\neth1\n}') +
        instance('dont_track_primary', { name: 'B', id: 'interface eth1\nvirtual_router_id 2' }),
    );
    const twice = (name: string): string =>
      `(A) track_interface ${name} is configured on VRRP instance and sync group. ` +
      'Remove vrrp instance or sync group config';
    const weighted = (name: string): string =>
      `(G) Cannot have weighted track interface '${name}' with member having priority 255 - clearing weight`;
    assert.deepEqual(said, [weighted('eth0'), twice('eth0'), weighted('eth1'), twice('eth1')]);
  });
  it('tells only the log of the other kinds', () => {
    const { said, hidden } = check(
      trackers + group('A\nB', tracksAll) + instance(tracksAll.replace('F', 'F weight 0')) + other,
    );
    const twice = (what: string): string =>
      `(A) track_${what} is configured on VRRP instance and sync group. Remove vrrp instance config`;
    assert.deepEqual(said, ['(A) ignoring tracked bfd B with weight 4 due to SYNC group']);
    const about = hidden.filter((text) => text.includes('sync group'));
    assert.deepEqual(about, [twice('file F'), twice('process P')]);
  });
});
