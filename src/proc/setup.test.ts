/** From text to what the VRRP child runs: defaults, units and inheritance end to end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../grammar/index.ts';
import { type ObjectFacts, objectFacts } from '../../grammar/testing.ts';
import type { VrrpChildConfig } from '../ipc/messages.ts';
import type { InstanceConfig } from '../vrrp/config.ts';
import { address } from '../vrrp/testing/config.ts';
import { vrrpChildConfig } from './setup.ts';

const host: ObjectFacts = {
  users: { root: { uid: 0, gid: 0 }, nobody: { uid: 65534, gid: 65533 } },
  groups: { root: 0 },
  scripts: { '/bin/check': {}, '/bin/note': {}, '/bin/master': {} },
};

function child(text: string, uptimeUs = 3_600_000_000, said: readonly string[] = []): VrrpChildConfig {
  const { model, diagnostics } = parseConfig('k.conf', objectFacts({ ...host, files: { 'k.conf': text } }));
  assert.deepEqual(
    diagnostics.map((diagnostic) => diagnostic.text),
    said,
  );
  return vrrpChildConfig(model, uptimeUs);
}

function only(text: string): InstanceConfig {
  const { instances } = child(text);
  const [instance] = instances;
  assert.ok(instance !== undefined && instances.length === 1);
  return instance;
}

const block = (lines: string, vip = '10.0.0.200/24'): string => `vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 51
  ${lines}
  virtual_ipaddress {
    ${vip}
  }
}
`;

test('defaults are those of keepalived 2.2.7', () => {
  const { vips, multicastGroup, auth, ...rest } = only(block(''));
  assert.deepEqual(rest, {
    name: 'VI_1',
    family: 4,
    version: 2,
    vrid: 51,
    interface: 'eth0',
    initialMaster: false,
    basePriority: 100,
    advertIntervalUs: 1_000_000,
    downTimerAdverts: 3,
    preempt: true,
    preemptDelayUs: 0,
    excludedVips: [],
    routes: [],
    rules: [],
    unicastPeers: [],
    checkUnicastSource: false,
    trackSourceAddress: false,
    trackPrimary: true,
    trackInterfaces: [],
    trackScripts: [],
    trackBfds: [],
    trackFiles: [],
    trackProcesses: [],
    garp: {
      masterDelayUs: 5_000_000,
      masterRepeat: 5,
      refreshUs: 0,
      refreshRepeat: 1,
      lowerPrioDelayUs: 5_000_000,
      lowerPrioRepeat: 5,
      extraIfUs: 0,
      extraIfAll: false,
    },
    accept: true,
    lowerPrioNoAdvert: false,
    higherPrioSendAdvert: false,
    skipCheckAdvAddr: false,
    v3ChecksumAsV2: false,
    oldUnicastChecksum: 'when-heard',
    ownerIgnoreAdverts: false,
    strict: false,
  });
  assert.deepEqual([multicastGroup, auth.type], [address('224.0.0.18'), 'none']);
  assert.deepEqual(
    vips.map((vip) => [vip.address, vip.prefix, vip.track]),
    [[address('10.0.0.200'), 24, true]],
  );
});

test('seconds become microseconds, in decimals for v3', () => {
  const config = only(block('version 3\n advert_int 0.25\n preempt_delay 1.5\n garp_master_delay 2'));
  assert.deepEqual(
    [config.version, config.advertIntervalUs, config.preemptDelayUs, config.garp.masterDelayUs],
    [3, 250_000, 1_500_000, 2_000_000],
  );
});

test('an IPv6 instance is v3 and goes to ff02::12', () => {
  const config = only(block('', 'fe80::200/64'));
  assert.deepEqual([config.family, config.version, config.multicastGroup], [6, 3, address('ff02::12')]);
});

test('state, priority and the switches', () => {
  const config = only(
    block(
      ['state BACKUP', 'priority 150', 'nopreempt', 'dont_track_primary']
        .concat('down_timer_adverts 5', 'lower_prio_no_advert')
        .join('\n'),
    ),
  );
  assert.deepEqual(
    [config.initialMaster, config.basePriority, config.preempt, config.trackPrimary, config.downTimerAdverts],
    [false, 150, false, false, 5],
  );
  assert.equal(config.lowerPrioNoAdvert, true);
  assert.equal(only(block('state MASTER')).initialMaster, true);
});

test('a password is padded with zeros to eight bytes', () => {
  const { auth } = only(block('authentication {\n auth_type PASS\n auth_pass abc\n }'));
  assert.deepEqual([auth.type, [...auth.data]], ['pass', [97, 98, 99, 0, 0, 0, 0, 0]]);
});

test('AH keeps the password as its key; a signed instance its keys and window', () => {
  const { auth } = only(block('authentication {\n auth_type AH\n auth_pass abc\n }'));
  assert.deepEqual([auth.type, [...auth.data]], ['ah', [97, 98, 99, 0, 0, 0, 0, 0]]);
  const secret = '0123456789abcdef0123456789abcdef';
  const lines = [
    `key 7 ${secret}`,
    'active_key 7',
    'time_window 9',
    'anti_replay monotonic',
    'mode permissive',
  ];
  assert.deepEqual(only(block(`auth_hmac {\n ${lines.join('\n ')}\n }`)).hmac, {
    keys: [{ id: 7, secret: new TextEncoder().encode(secret) }],
    activeKey: 7,
    antiReplay: 'monotonic',
    timeWindowUs: 9_000_000,
    mode: 'permissive',
  });
  assert.equal(only(block('')).hmac, undefined);
});

test('timer_expired_backup and garp_extra_if, of an instance or of all', () => {
  const config = only(block('nopreempt\n timer_expired_backup 200\n garp_extra_if all 30'));
  const { extraIfUs, extraIfAll } = config.garp;
  assert.deepEqual([config.othersPriority, extraIfUs, extraIfAll], [200, 30_000_000, true]);
  assert.equal(only(block('nopreempt\n timer_expired_backup')).othersPriority, 254);
  const inherited = child(`global_defs {\n vrrp_garp_extra_if 9\n}\n${block('')}`).instances[0]?.garp;
  assert.deepEqual([inherited?.extraIfUs, inherited?.extraIfAll], [9_000_000, false]);
});

test('garp_group: the pace of its interfaces', () => {
  const group = 'garp_group {\n garp_interval 0.2\n interfaces {\n eth0\n eth1\n }\n}\n';
  assert.deepEqual(child(`${group}${block('')}`).garpGroups, [
    { interfaces: ['eth0', 'eth1'], garpIntervalUs: 200_000, gnaIntervalUs: 0 },
  ]);
});

test('old_unicast_checksum: always, never, or when somebody else does', () => {
  const forms = ['', 'old_unicast_checksum', 'old_unicast_checksum never'].map(
    (line) => only(block(`version 3\n${line}\nunicast_peer {\n 10.0.0.2\n }`)).oldUnicastChecksum,
  );
  assert.deepEqual(forms, ['when-heard', 'always', 'never']);
});

test('unicast peers, their limits and the source', () => {
  const config = only(
    block('unicast_src_ip 10.0.0.1\n unicast_peer {\n 10.0.0.2\n 10.0.0.3 min_ttl 254 max_ttl 255\n }'),
  );
  assert.deepEqual(config.sourceAddress, address('10.0.0.1'));
  assert.deepEqual(config.unicastPeers, [
    { address: address('10.0.0.2'), minTtl: 0, maxTtl: 255 },
    { address: address('10.0.0.3'), minTtl: 254, maxTtl: 255 },
  ]);
});

test('tracked objects keep their weights; a script is known by its command and account', () => {
  const config = child(`
global_defs {
  enable_script_security
}
vrrp_script chk {
  script "/bin/check a 'b c'"
  interval 2
  timeout 1
  rise 2
  fall 3
  user nobody
  init_fail
}
${block('track_interface {\n eth1 weight -20\n eth2\n }\n track_script {\n chk weight 10 reverse\n }')}`);
  assert.deepEqual(config.instances[0]?.trackInterfaces, [
    { name: 'eth1', weight: -20, reverse: false },
    { name: 'eth2', weight: 0, reverse: false },
  ]);
  assert.deepEqual(config.instances[0]?.trackScripts, [{ name: 'chk', weight: 10, reverse: true }]);
  assert.deepEqual(config.scripts, [
    {
      name: 'chk',
      rise: 2,
      fall: 3,
      initFail: true,
      intervalUs: 2_000_000,
      spec: { argv: ['/bin/check', 'a', 'b c'], uid: 65534, gid: 65533, timeoutUs: 1_000_000 },
    },
  ]);
});

test('what a sync group tracks its members track, with the weight of the group where both name it', () => {
  const member = (name: string, vrid: number, lines: string): string =>
    block(lines).replace('VI_1', name).replace('router_id 51', `router_id ${vrid}`);
  const where = 'is configured on VRRP instance and sync group. Remove vrrp instance config';
  const text = `
global_defs {
  enable_script_security
  script_user root
}
vrrp_script chk {
  script /bin/check
}
${member('ONE', 51, 'track_script {\n chk weight -10\n }')}
${member('TWO', 52, 'track_interface {\n eth2\n }')}
vrrp_sync_group G {
  group {
    TWO
    ONE
  }
  sync_group_tracking_weight
  track_interface {
    eth1
  }
  track_script {
    chk weight -20
  }
  notify /bin/note
}`;
  const config = child(text, undefined, [`(ONE) track_script chk ${where}`]);
  const [one, two] = config.instances;
  const chk = { name: 'chk', weight: -20, reverse: false };
  const eth1 = { name: 'eth1', weight: 0, reverse: false };
  assert.deepEqual([one?.trackScripts, two?.trackScripts], [[chk], [chk]]);
  assert.deepEqual(one?.trackInterfaces, [eth1]);
  assert.deepEqual(two?.trackInterfaces, [{ ...eth1, name: 'eth2' }, eth1]);
  assert.deepEqual(config.groups, [
    {
      name: 'G',
      members: ['TWO', 'ONE'],
      trackInterfaces: ['eth1'],
      trackScripts: ['chk'],
      trackFiles: [],
      trackProcesses: [],
      trackBfds: [],
    },
  ]);
  assert.deepEqual(config.groupNotify, {
    G: { notify: { argv: ['/bin/note'], uid: 0, gid: 0 }, reportsDeleted: false },
  });
});

test('notify scripts are found by the name of their instance', () => {
  const { notify } = child(`
global_defs {
  enable_script_security
  script_user root
}
${block('notify_master "/bin/master x"\n notify /bin/note nobody')}`);
  assert.deepEqual(notify, {
    VI_1: {
      notify_master: { argv: ['/bin/master', 'x'], uid: 0, gid: 0 },
      notify: { argv: ['/bin/note'], uid: 65534, gid: 65533 },
      reportsDeleted: false,
    },
  });
});

test('what global_defs says is inherited, and an instance may say otherwise', () => {
  const globals =
    'global_defs {\n vrrp_version 3\n vrrp_garp_master_repeat 2\n vrrp_garp_master_delay 7\n}\n';
  const config = only(globals + block('garp_master_delay 1'));
  assert.deepEqual([config.version, config.garp.masterRepeat, config.garp.masterDelayUs], [3, 2, 1_000_000]);
});

test('the start waits for the longer of the delay and the rest of the time after boot', () => {
  const delay = (lines: string, uptimeUs: number): number =>
    child(`global_defs {\n ${lines}\n}\n${block('')}`, uptimeUs).startupDelayUs;
  assert.equal(delay('vrrp_startup_delay 5.5', 0), 5_500_000);
  assert.equal(delay('', 0), 0);
  assert.equal(delay('vrrp_delay_after_boot 100', 40_000_000), 60_000_000);
  assert.equal(delay('vrrp_delay_after_boot 100', 101_000_000), 0);
  assert.equal(delay('vrrp_startup_delay 70\n vrrp_delay_after_boot 100', 40_000_000), 70_000_000);
});

test('spacing of announcements, and how the process wants to be scheduled', () => {
  const config = child(`global_defs {
  vrrp_garp_interval 0.1
  vrrp_gna_interval 0.02
  vrrp_priority -5
  vrrp_rt_priority 20
  process_names
}
${block('')}`);
  assert.deepEqual([config.garpIntervalUs, config.gnaIntervalUs], [100_000, 20_000]);
  const { name, nice, realtimePriority } = config.process;
  assert.deepEqual([name, nice, realtimePriority], ['keepalived_vrrp', -5, 20]);
});

test('tracked files and processes: what somebody tracks, with the weights of instance and group', () => {
  const config = child(`track_file used {
  file /run/used
  weight 2 reverse
  init_file 5 overwrite
}
track_file unused {
  file /run/unused
}
vrrp_track_process p {
  process /usr/sbin/haproxy -d
  quorum 2
  delay 0.5
  terminate_delay 3
}
vrrp_track_process named {
  process bird
  quorum_max 4
}
interface_up_down_delays {
  eth0 0.25
}
${block('track_file {\n used\n }\n track_process {\n p weight 20\n named weight 0 reverse\n }')}`);
  assert.deepEqual(config.trackFiles, [
    { name: 'used', path: '/run/used', init: { value: 5, overwrite: true } },
  ]);
  assert.deepEqual(config.trackProcesses, [
    {
      name: 'p',
      command: ['/usr/sbin/haproxy', '-d'],
      match: 'exact',
      fullCommand: true,
      quorum: 2,
      terminateDelayUs: 3_000_000,
      forkDelayUs: 500_000,
    },
    {
      name: 'named',
      command: ['bird'],
      fullCommand: false,
      quorum: 1,
      quorumMax: 4,
      terminateDelayUs: 0,
      forkDelayUs: 0,
    },
  ]);
  assert.deepEqual(config.interfaceDelays, [{ interface: 'eth0', downUs: 250_000, upUs: 0 }]);
  const [instance] = config.instances;
  assert.deepEqual(instance?.trackFiles, [{ name: 'used', weight: 2, reverse: true }]);
  assert.deepEqual(instance?.trackProcesses, [
    { name: 'p', weight: 20, reverse: false },
    { name: 'named', weight: 0, reverse: true },
  ]);
  // What goes to the child must survive the way as JSON.
  assert.deepEqual(JSON.parse(JSON.stringify(config.trackProcesses)), config.trackProcesses);
});

test('packets are dropped where an address is not accepted, and nftables does it unless told otherwise', () => {
  assert.equal(only(block('no_accept')).accept, false);
  assert.equal(only(block('no_accept\n  accept')).accept, true);
  assert.equal(only(block('accept\n  no_accept')).accept, false);
  assert.equal(only(block('no_accept\n  priority 255')).accept, true);
  assert.equal(only(block('version 3\n  strict_mode')).accept, false);
  assert.equal(only(block('version 3\n  strict_mode\n  accept')).accept, true);
  const assumed = { table: 'keepalived', priority: -1, counters: false, byIndex: false };
  const plain = child(block('no_accept'));
  assert.deepEqual([plain.firewall, plain.firewallAssumed], [assumed, true]);
  const none = child(block(''));
  assert.deepEqual([none.firewall, none.firewallAssumed], [undefined, false]);
  const own = child(`global_defs {
  nftables lab
  nftables_priority 5
  nftables_counters
  nftables_ifindex
}
${block('')}`);
  assert.deepEqual(own.firewall, { table: 'lab', priority: 5, counters: true, byIndex: true });
  assert.equal(own.firewallAssumed, false);
});

test('interfaces of addresses, routes and rules are needed, whatever their weight elsewhere', () => {
  const tracked = (lines: string, vips = '10.0.0.200/24'): string[] =>
    only(block(lines, vips)).trackInterfaces.map(({ name, weight }) => `${name} ${weight}`);
  assert.deepEqual(tracked('', '10.0.0.200/24 dev eth1'), ['eth1 0']);
  assert.deepEqual(tracked('', '10.0.0.200/24 dev eth1 no_track'), []);
  assert.deepEqual(tracked('', '10.0.0.200/24 dev eth0'), []);
  assert.deepEqual(tracked('track_interface {\n eth1 weight 5\n }', '10.0.0.200/24 dev eth1'), ['eth1 0']);
  const route = (line: string): string => `virtual_routes {\n ${line}\n }`;
  assert.deepEqual(tracked(route('10.1.0.0/16 dev eth1')), ['eth1 0']);
  assert.deepEqual(tracked(route('10.1.0.0/16 dev eth0')), []);
  assert.deepEqual(tracked(`dont_track_primary\n${route('10.1.0.0/16 dev eth0')}`), ['eth0 0']);
  assert.deepEqual(tracked(route('10.1.0.0/16 nexthop dev eth1 nexthop dev eth2')), []);
  const rule = 'virtual_rules {\n from 10.1.0.0/16 iif eth1 oif eth2 table 7 priority 7\n }';
  assert.deepEqual(tracked(rule), ['eth1 0', 'eth2 0']);
});

test('links are polled where somebody asks for it and somebody looks at them', () => {
  const polled = child(`linkbeat_interfaces {
  eth1 ETHTOOL
  eth2
}
${block('track_interface {\n eth1\n }')}`).linkbeats;
  assert.deepEqual(polled, { polled: [{ interface: 'eth1', method: 'ETHTOOL' }], unused: ['eth2'] });
  assert.deepEqual(child(`linkbeat_use_polling\n${block('', '10.0.0.200/24 dev eth1')}`).linkbeats, {
    polled: [{ interface: 'eth0' }, { interface: 'eth1' }],
    unused: [],
  });
  const deprecated =
    "(VI_1) 'linkbeat_use_polling' in vrrp instance deprecated - use linkbeat_interfaces block";
  const own = child(block('linkbeat_use_polling'), undefined, [deprecated]).linkbeats;
  assert.deepEqual(own, { polled: [{ interface: 'eth0' }], unused: [] });
});
