/** One group of tests for each rule; the last test proves that none of them is left out. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { afterInstances, beforeInstances, instanceRules } from './index.ts';
import { startStopScripts, unusedScripts } from './script-files.ts';
import { check, instance, rule, secure } from './testing.ts';
import { vridConflicts } from './vrid-conflicts.ts';

rule('vrid-and-interface', () => {
  const two = (id: string): string => instance('advert_int 1.5') + instance('', { name: 'B', id });
  it('ends the check at the first instance without a VRID, before anything is said about others', () => {
    const { said, fatal } = check(two('interface eth0'));
    assert.deepEqual(said, ['(B) the virtual router id must be set']);
    assert.equal(fatal, 'config');
  });
  it('does the same for the interface', () => {
    const { said, fatal } = check(two('virtual_router_id 1'));
    assert.deepEqual(said, ['(B) Unknown interface!']);
    assert.equal(fatal, 'config');
  });
});

rule('family-and-version', () => {
  it('gives IPv6 version 3 and IPv4 the global one', () => {
    assert.equal(check(instance('', { vips: 'fe80::1' })).first.version, 3);
    assert.equal(check(instance('')).first.version, 2);
    assert.equal(check(`global_defs {\nvrrp_version 3\n}\n${instance('')}`).first.version, 3);
  });
  it('leaves a configured 2 to IPv6 unless strict', () => {
    assert.equal(check(instance('version 2', { vips: 'fe80::1' })).first.version, 2);
    const { said, first } = check(instance('version 2\nstrict_mode', { vips: 'fe80::1' }));
    assert.deepEqual(said, ['(A) cannot use IPv6 with VRRP version 2; setting version 3']);
    assert.equal(first.version, 3);
  });
});

rule('state-and-priority', () => {
  it('makes state MASTER without a priority the owner', () => {
    assert.equal(check(instance('state MASTER')).first.values.priority, 255);
    assert.equal(check(instance('')).first.values.priority, 100);
    assert.equal(check(instance('state MASTER\npriority 300')).first.values.priority, 100);
  });
  it('makes priority 255 without a state MASTER', () => {
    assert.equal(check(instance('priority 255')).first.values.state, 'MASTER');
    assert.equal(check(instance('state SLAVE')).first.values.state, 'BACKUP');
  });
});

rule('some-address', () => {
  it('is sensible for version 2 and required for version 3', () => {
    const two = check(instance('', { vips: '' }));
    assert.deepEqual(two.said, ['(A) No VIP specified; at least one is sensible']);
    assert.equal(two.fatal, undefined);
    const three = check(instance('version 3', { vips: '' }));
    assert.deepEqual(three.said, ['(A) No VIP specified; at least one is required']);
    assert.equal(three.fatal, 'config');
  });
  it('is not asked for with no_virtual_ipaddress', () => {
    assert.deepEqual(check(instance('version 3\nno_virtual_ipaddress', { vips: '' })).said, []);
  });
});

rule('address-count', () => {
  it('moves what is more than 255 to the excluded addresses, in front', () => {
    const vips = Array.from({ length: 257 }, (_, at) => `10.0.${at >> 8}.${at & 255}`).join('\n');
    const { said, first } = check(instance('virtual_ipaddress_excluded {\n10.1.1.1\n}', { vips }));
    assert.match(said[0] ?? '', /^\(A\) Number of VIPs \(257\) exceeds .* excess moved to eVIPs$/);
    assert.equal(first.vips.length, 255);
    assert.deepEqual(
      first.excludedVips.map(({ address }) => address.join('.')),
      ['10.0.0.255', '10.0.1.0', '10.1.1.1'],
    );
  });
});

rule('link-local-first', () => {
  it('is asked for in strict mode', () => {
    const { said } = check(instance('strict_mode', { vips: '2001:db8::1\nfe80::1' }));
    assert.deepEqual(said, ['(A) the first IPv6 VIP address must be link local']);
    assert.deepEqual(check(instance('strict_mode', { vips: 'fe80::1' })).said, []);
    assert.deepEqual(check(instance('', { vips: '2001:db8::1' })).said, []);
  });
});

rule('owner-is-master', () => {
  it('changes the state to fit the priority in strict mode', () => {
    const owner = check(instance('strict_mode\nstate BACKUP\npriority 255'));
    assert.deepEqual(owner.said, ['(A) State MASTER must match being address owner']);
    assert.equal(owner.first.values.state, 'MASTER');
    assert.equal(check(instance('strict_mode\nstate MASTER\npriority 100')).first.values.state, 'BACKUP');
  });
});

rule('authentication-allowed', () => {
  const auth = (type: string, pass = 'auth_pass secret'): string => `authentication {\n${type}\n${pass}\n}`;
  it('keeps a password for version 2', () => {
    const { said, first } = check(instance(auth('auth_type PASS', 'auth_pass abcdefghij')));
    assert.deepEqual(said, ['Truncating auth_pass to 8 characters']);
    assert.deepEqual(first.auth, { type: 'PASS', data: new TextEncoder().encode('abcdefgh') });
  });
  it('drops it for version 3, in strict mode and without a password', () => {
    const three = check(instance(`version 3\n${auth('auth_type PASS')}`));
    assert.deepEqual(three.said, ['(A) VRRP version 3 does not support authentication. Ignoring.']);
    assert.equal(three.first.auth, undefined);
    const strict = check(instance(`strict_mode\n${auth('auth_type AH')}`));
    assert.deepEqual(strict.said, ['(A) Strict mode does not support authentication. Ignoring.']);
    const empty = check(instance(auth('auth_type PASS', '')));
    assert.deepEqual(empty.said, ['(A) Authentication specified but no password given. Ignoring']);
  });
  it('takes a password without a type for nothing', () => {
    const { said, first } = check(instance(auth('')));
    assert.deepEqual([said, first.auth], [[], undefined]);
  });
});

rule('ah-starts-as-backup', () => {
  it('clears state MASTER unless owner', () => {
    const auth = 'state MASTER\nauthentication {\nauth_type AH\nauth_pass a\n}';
    const { said, first } = check(instance(`priority 100\n${auth}`));
    assert.deepEqual(said, ['(A) Initial state master is incompatible with AH authentication - clearing']);
    assert.equal(first.values.state, 'BACKUP');
    assert.deepEqual(check(instance(auth)).said, []);
  });
});

rule('addresses-need-interface', () => {
  it('drops those without one where the instance has none', () => {
    const text = `vrrp_instance A {
      virtual_router_id 51
      unicast_src_ip 10.0.0.9
      unicast_peer {
        10.0.0.2
      }
      virtual_ipaddress {
        10.0.0.100/24
        10.0.0.101/24 dev eth0
      }
    }`;
    const { said, first } = check(text);
    assert.deepEqual(said, ['(A): no interface for vip 10.0.0.100/24 - removing']);
    assert.equal(first.vips.length, 1);
  });
});

rule('fault-without-peers', () => {
  it('is left to the log', () => {
    const { said, hidden } = check(instance('unicast_fault_no_peer\nunicast_src_ip 10.0.0.9'));
    assert.deepEqual(said, []);
    assert.deepEqual(hidden, ['(A) Cannot use unicast without any peers - going to fault state']);
  });
});

rule('unicast-needs-peers', () => {
  it('is said for each unicast keyword', () => {
    for (const body of ['unicast_src_ip 10.0.0.9', 'check_unicast_src', 'unicast_peer {\n}']) {
      assert.match(check(instance(body)).said.join(), /^\(A\) A unicast keyword has been specified/, body);
    }
    assert.deepEqual(check(instance('unicast_peer {\n10.0.0.2\n}')).said, []);
  });
});

rule('no-group-with-unicast', () => {
  it('drops mcast_dst_ip', () => {
    const { said, first } = check(instance('mcast_dst_ip 224.0.0.19\nunicast_peer {\n10.0.0.4\n}'));
    assert.deepEqual(said, ['(A) multicast destination specified with unicast - ignoring']);
    assert.deepEqual(first.multicastGroup, new Uint8Array([224, 0, 0, 18]));
    assert.deepEqual(
      check(instance('mcast_dst_ip 224.0.0.19')).first.multicastGroup,
      new Uint8Array([224, 0, 0, 19]),
    );
  });
});

rule('accept-needs-version-3', () => {
  it('is taken back in strict mode for version 2', () => {
    const { said, first } = check(instance('accept\nstrict_mode\npriority 20'));
    assert.match(said.join(), /^\(A\) warning - accept mode for VRRP version 2/);
    assert.equal(first.values.accept, false);
    assert.deepEqual(check(instance('accept\nstrict_mode\npriority 20\nversion 3')).said, []);
  });
});

rule('nopreempt', () => {
  it('is cleared for a master and for an owner', () => {
    const master = check(instance('state MASTER\npriority 100\nnopreempt'));
    assert.deepEqual(master.said, [
      '(A) Warning - nopreempt will not work with initial state MASTER - clearing',
    ]);
    assert.equal(master.first.values.preempt, true);
    const owner = check(instance('state MASTER\nnopreempt'));
    assert.deepEqual(owner.said, ['(A) nopreempt is incompatible with priority 255. resetting nopreempt']);
    assert.equal(check(instance('nopreempt')).first.values.preempt, false);
    assert.equal(check(instance('nopreempt\npreempt')).first.values.preempt, true);
  });
});

rule('preempt-delay', () => {
  it('is cleared for a master, with nopreempt and in strict mode', () => {
    const master = check(instance('state MASTER\npriority 9\npreempt_delay 3'));
    assert.deepEqual(master.said, [
      '(A) Warning - preempt delay will not work with initial state MASTER - clearing',
    ]);
    assert.equal(master.first.values.preempt_delay, 0);
    const both = check(instance('strict_mode\nnopreempt\npreempt_delay 3'));
    assert.deepEqual(both.said, [
      '(A) preempt_delay is incompatible with strict mode - resetting',
      '(A) preempt_delay is incompatible with nopreempt mode - resetting',
    ]);
    assert.equal(check(instance('preempt_delay 3.5')).first.values.preempt_delay, 3_500_000);
  });
});

rule('advert-interval', () => {
  const cases: readonly (readonly [string, number, RegExp])[] = [
    ['advert_int 1.5', 2_000_000, /1\.500000s must be an integer\. rounding/],
    ['advert_int 0.3', 1_000_000, /0\.300000s must be an integer\. rounding/],
    ['version 3\nadvert_int 41', 40_950_000, /41\.00s is out of range\. Must be less than 40\.96s/],
    ['version 3\nadvert_int 0.255', 260_000, /0\.255000s must be in units of 10ms - rounding/],
    ['version 3\nadvert_int 40.955', 40_950_000, /units of 10ms/],
    ['version 3\nadvert_int 0.3', 300_000, /^$/],
    ['advert_int 300', 1_000_000, /Must be > 0 - ignoring/],
  ];
  for (const [body, expectedUs, text] of cases) {
    it(body.replace('\n', ', '), () => {
      const { said, first } = check(instance(body));
      assert.match(said.join(), text);
      assert.equal(first.values.advert_int, expectedUs);
    });
  }
});

rule('strict-timing', () => {
  it('resets what the RFC does not know, aloud only when it was given', () => {
    const { said, first } = check(instance('strict_mode\ndown_timer_adverts 5\ngarp_lower_prio_repeat 3'));
    assert.deepEqual(said, [
      '(A) down_timer_adverts is incompatible with strict mode - resetting',
      '(A) Strict mode requires no repeat garps. resetting',
    ]);
    const { values } = first;
    assert.equal(values.down_timer_adverts, 3);
    assert.equal(values.garp_lower_prio_repeat, 0);
    assert.equal(values.garp_lower_prio_delay, 0);
    assert.equal(values.lower_prio_no_advert, true);
    assert.equal(values.strict_mode, true);
  });
});

rule('xmit-base-needs-vmac', () => {
  it('is taken back without and set with unicast', () => {
    assert.deepEqual(check(instance('vmac_xmit_base')).said, [
      '(A) vmac_xmit_base is only valid with a vmac',
    ]);
    const { said } = check(instance('use_vmac\nunicast_peer {\n10.0.0.3\n}'));
    assert.deepEqual(said, ['(A) unicast with use_vmac requires vmac_xmit_base - setting']);
  });
});

rule('own-interface-tracked', () => {
  it('drops the own interface from the tracked ones', () => {
    const { said, first } = check(instance('track_interface {\neth0\neth1 weight 5\n}'));
    assert.deepEqual(said, ['(A) Ignoring track_interface eth0 since own interface']);
    assert.deepEqual(
      first.trackInterfaces.map(({ name, weight }) => [name, weight]),
      [['eth1', 5]],
    );
  });
});

rule('script-files', () => {
  const script = 'vrrp_script s {\nscript /opt/check\n}\n';
  const tracking = instance('track_script {\ns\n}\nnotify "/opt/notify x"');
  it('disables what is missing, notify scripts in silence', () => {
    const { said, hidden, first, result } = check(secure + script + tracking);
    assert.deepEqual(said, ['Disabling track script s since not found/accessible']);
    assert.ok(hidden.some((text) => text.includes('/opt/notify')));
    assert.deepEqual([first.trackScripts, first.notify, result.model.scripts], [[], {}, []]);
  });
  it('disables what others could change, when security is on', () => {
    const insecure = {
      '/opt/check': { insecure: { path: '/opt', why: 'is owned by uid 7' } },
      '/opt/notify': {},
    };
    const on = check(secure + script + tracking, insecure);
    assert.deepEqual(on.said, ['Disabling track script s due to insecure']);
    assert.deepEqual(on.hidden, [
      "Unsafe permissions found for script '/opt/check' - disabling.",
      "Script '/opt/check' is unsafe: '/opt' is owned by uid 7",
    ]);
    assert.deepEqual(on.first.notify, { notify: { argv: ['/opt/notify', 'x'], uid: 0, gid: 0 } });
    const off = check(script + tracking, insecure);
    assert.match(
      off.said.join(),
      /^SECURITY VIOLATION - scripts .* not enabled\. There are insecure scripts\.$/,
    );
    assert.equal(off.first.trackScripts.length, 1);
  });
  it('disables what exists and cannot be executed, and counts it as run', () => {
    const modes = { '/opt/check': { executable: false }, '/opt/notify': { executable: false } };
    const { said, hidden, first } = check(secure + script + tracking, modes);
    const refused = (path: string): string =>
      `WARNING - script '${path}' is not executable for uid:gid 0:0 - disabling.`;
    assert.deepEqual([said, hidden], [[], [refused('/opt/check'), refused('/opt/notify')]]);
    assert.deepEqual([first.trackScripts, first.notify], [[], {}]);
    assert.match(
      check(script + tracking, modes).said.join(),
      /^SECURITY VIOLATION - scripts are .* enabled\.$/,
    );
  });
  it('disables a directory as insecure', () => {
    const folder = { '/opt/check': { executable: false, directory: true } } as const;
    const { said, hidden } = check(secure + script + tracking, folder);
    assert.deepEqual(said, ['Disabling track script s due to insecure']);
    assert.equal(hidden[0], "Wrong file type found in script path '/opt/check'.");
  });
});

rule('start-stop-scripts', () => {
  it('have a security text of their own', () => {
    const text = `global_defs {\nstartup_script "/opt/start x"\n}\n${instance('')}`;
    const { said, result } = check(text, { '/opt/start': {} });
    assert.match(said.join(), /^SECURITY VIOLATION - start\/shutdown scripts are being executed/);
    assert.deepEqual(result.model.globals.startupScript?.argv, ['/opt/start', 'x']);
  });
});

rule('unused-scripts', () => {
  it('are removed, and only the log is told', () => {
    const { said, hidden, result } = check(`${secure}vrrp_script s {\nscript /opt/a\n}\n${instance('')}`, {
      '/opt/a': {},
    });
    assert.deepEqual([said, hidden], [[], ['Warning - script s is not used']]);
    assert.deepEqual(result.model.scripts, []);
  });
});

rule('vrid-conflicts', () => {
  it('names every pair on one interface and family', () => {
    const { said, fatal } = check(instance('') + instance('', { name: 'B' }) + instance('', { name: 'C' }));
    assert.deepEqual(said, [
      'A and B both use VRID 51 with IPv4 on interface eth0',
      'A and C both use VRID 51 with IPv4 on interface eth0',
      'B and C both use VRID 51 with IPv4 on interface eth0',
    ]);
    assert.equal(fatal, 'config');
  });
  it('looks at the interface below', () => {
    const on = (name: string, dev: string): string =>
      instance('', { name, id: `interface ${dev}\nvirtual_router_id 51` });
    const interfaces = { eth0: {}, m1: { below: 'eth0' }, m2: { below: 'eth0' }, m3: { below: 'eth1' } };
    const { said } = check(
      on('A', 'm1') + on('B', 'm2') + on('C', 'm3') + on('D', 'eth0'),
      {},
      { interfaces },
    );
    assert.deepEqual(said, [
      'A and B both use VRID 51 with IPv4 on interface eth0',
      'A and D both use VRID 51 with IPv4 on interface eth0',
      'B and D both use VRID 51 with IPv4 on interface eth0',
    ]);
  });
  it('lets families, interfaces and unicast share a VRID', () => {
    const six = instance('', { name: 'B', vips: 'fe80::1' });
    const other = instance('', { name: 'C', id: 'interface eth1\nvirtual_router_id 51' });
    const unicast = instance('unicast_peer {\n10.0.0.9\n}', { name: 'D' });
    assert.deepEqual(check(instance('') + six + other + unicast).said, []);
  });
});

rule('strict-vmac', () => {
  it('takes the own MAC address and vmac_xmit_base back', () => {
    const { said, first } = check(instance('use_vmac v 00:11:22:33:44:55\nvmac_xmit_base\nstrict_mode'));
    assert.deepEqual(said, [
      '(A): cannot specify MAC address with strict mode - clearing',
      '(A) xmit_base is incompatible with strict mode - resetting',
    ]);
    assert.deepEqual(first.values.use_vmac, { name: 'v' });
    assert.equal(first.values.vmac_xmit_base, false);
  });
});

rule('promote-secondaries', () => {
  it('goes without saying on a VMAC', () => {
    const { said, first } = check(instance('use_vmac\npromote_secondaries'));
    assert.deepEqual(said, ['(A) promote_secondaries is automatically set for vmacs - ignoring']);
    assert.equal(first.values.promote_secondaries, false);
    assert.equal(check(instance('promote_secondaries')).first.values.promote_secondaries, true);
  });
});

rule('ipvlan-source', () => {
  it('takes the source from the ipvlan, and misses one for IPv4', () => {
    const { said, first } = check(instance('use_ipvlan 10.0.0.9/24'));
    assert.deepEqual(said, []);
    assert.deepEqual(first.sourceAddress, Uint8Array.of(10, 0, 0, 9));
    const need = 'requires a source ip address to be configured. setting instance to fault state';
    assert.deepEqual(check(instance('use_ipvlan')).said, [`(A) IPv4 ipvlan ${need}`]);
    assert.deepEqual(check(instance('use_ipvlan', { vips: 'fe80::1' })).said, []);
  });
});

rule('vmac-addresses', () => {
  it('says when an address asks for the VMAC it gets anyway', () => {
    const vips = '10.0.0.1/24 use_vmac\n10.0.0.2 dev eth1 use_vmac';
    const { said, first } = check(instance('use_vmac', { vips }));
    assert.deepEqual(said, ['(A) use_vmac specified for VIP/eVIP 10.0.0.1/24 and vrrp instance']);
    assert.deepEqual(
      first.vips.map(({ useVmac }) => useVmac),
      [false, true],
    );
    assert.deepEqual(check(instance('use_vmac_addr', { vips })).said, [
      '(A) use_vmac_addr specified and use_vmac specified for VIP/eVIP 10.0.0.2',
    ]);
  });
});

rule('vrf-without-interface', () => {
  it('forgets the VRF of an instance that has an interface', () => {
    const text =
      'vrrp_instance A {\nvrf eth1\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n10.0.0.1\n}\n}\n';
    const { said, first } = check(text);
    assert.deepEqual(said, ['(A) vrf can only be specified without interface - clearing']);
    assert.equal(first.values.vrf, undefined);
  });
});

const hmac = (more: string): string => instance(`auth_hmac {\nkey 3 ${'k'.repeat(32)}\n${more}\n}`);

rule('hmac-keys', () => {
  it('needs the key that is in use', () => {
    assert.deepEqual(check(hmac('active_key 4')).said, [
      '(A) auth_hmac active_key 4 is not defined, disabling extension',
    ]);
    const { authHmac } = check(hmac('active_key 3')).first;
    assert.equal(authHmac?.activeKey, 3);
    assert.equal(authHmac?.timeWindowSeconds, 5);
    assert.equal(authHmac?.values.mode, 'enforce');
  });
  it('is enforced in strict mode', () => {
    const { first } = check(hmac('active_key 3\nmode permissive\n}\nstrict_mode\nauth_hmac {'));
    assert.equal(first.authHmac?.values.mode, 'enforce');
  });
});

rule('hmac-replaces-authentication', () => {
  it('drops the password', () => {
    const old = 'authentication {\nauth_type PASS\nauth_pass x\n}\n';
    const { said, first } = check(instance(`${old}auth_hmac {\nkey 1 ${'k'.repeat(32)}\nactive_key 1\n}`));
    assert.deepEqual(said, ['(A) auth_hmac cannot be combined with authentication, dropping legacy auth']);
    assert.equal(first.auth, undefined);
    assert.ok(first.authHmac);
  });
});

rule('owner-ignores-adverts', () => {
  const ignores = (body: string) => {
    const { said, first } = check(instance(body));
    return [first.values.owner_ignore_adverts, said];
  };
  it('is for the address owner alone, which cannot switch it off', () => {
    const not255 = '(A) ignoring owner_ignore_adverts since priority is not 255';
    const strict = '(A) strict_mode with priority 255 requires owner_ignore_adverts';
    assert.deepEqual(ignores('owner_ignore_adverts'), [false, [not255]]);
    assert.deepEqual(ignores('owner_ignore_adverts off'), [false, []]);
    assert.deepEqual(ignores('priority 255\nowner_ignore_adverts'), [true, []]);
    assert.deepEqual(ignores('priority 255\nowner_ignore_adverts off'), [true, [strict]]);
    assert.deepEqual(ignores('priority 255'), [false, []]);
  });
});

rule('timer-expired-backup', () => {
  it('needs nopreempt, and one that lasts', () => {
    const refused = '(A) expired_timer_backup requires nopreempt - resetting';
    assert.deepEqual(check(instance('timer_expired_backup')).said, [refused]);
    assert.deepEqual(check(instance('nopreempt\ntimer_expired_backup 100')).said, []);
    const { said } = check(instance('state MASTER\npriority 100\nnopreempt\ntimer_expired_backup'));
    assert.equal(said.at(-1), refused);
    assert.equal(said.length, 2);
  });
});

describe('the list of rules', () => {
  it('is tested as a whole', () => {
    const all = [
      ...beforeInstances,
      ...instanceRules,
      ...afterInstances,
      startStopScripts,
      unusedScripts,
      vridConflicts,
    ];
    const folder = new URL('./', import.meta.url);
    const tests = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
    const text = tests.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
    const tested = [...text.matchAll(/^rule\('([\w-]+)'/gm)].map(([, name]) => name);
    assert.deepEqual([...new Set(all.map(({ name }) => name))].sort(), tested.sort());
  });
});
