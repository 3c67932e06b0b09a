import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Diagnostic, DiagnosticClass } from '../src/diagnostics.ts';
import { exitStatusOf, formatDiagnostic, type Model, parseConfig } from './index.ts';
import { type ObjectFacts, objectFacts } from './testing.ts';

function parse(text: string, given: ObjectFacts = {}) {
  return parseConfig('k.conf', objectFacts({ ...given, files: { 'k.conf': text, ...given.files } }));
}

const said = (text: string): string[] => parse(text).diagnostics.map(formatDiagnostic);

const FULL = `global_defs {
  router_id n1
  notification_email {
    a@example.test b@example.test
    "C <c@example.test>"
  }
  vrrp_garp_master_delay 7
  vrrp_strict off
  vrrp_mcast_group4 224.0.0.99
  script_user nobody nogroup
  enable_script_security
}
vrrp_script chk {
  script "/usr/bin/true 'a b'"
  interval 0.5
  weight -5 reverse
  fall 3
}
vrrp_instance A {
  state BACKUP
  interface eth0
  virtual_router_id 51
  priority 150
  advert_int 2
  garp_master_delay 9
  virtual_ipaddress {
    10.0.0.1/24 brd + label eth0:1 dev eth1 scope link
    10.0.0.2 peer 10.0.0.9 no_track preferred_lft 60
  }
  virtual_ipaddress_excluded {
    fe80::1 -nodad
    fe80::2/64 home
  }
  unicast_src_ip 10.0.0.5
  unicast_peer {
    10.0.0.6 min_ttl 250
  }
  track_script {
    chk weight 7
  }
  notify_master "/usr/bin/true up" root
  smtp_alert
}
`;

const known: ObjectFacts = {
  users: { root: { uid: 0, gid: 0 }, nobody: { uid: 65534, gid: 65534 } },
  groups: { nogroup: 65533 },
  scripts: { '/usr/bin/true': {} },
};

describe('the model', () => {
  const { model, diagnostics } = parse(FULL, known);
  const [instance] = model.instances;

  it('comes without a word about a good file', () => assert.deepEqual(diagnostics, []));

  it('has values by keyword, given or default', () => {
    assert.equal(model.globals.values.router_id, 'n1');
    assert.equal(model.globals.values.vrrp_down_timer_adverts, 3);
    assert.deepEqual(model.globals.notificationEmail, [
      'a@example.test',
      'b@example.test',
      'C <c@example.test>',
    ]);
    assert.equal(instance?.values.priority, 150);
    assert.equal(instance?.values.advert_int, 2_000_000);
    assert.equal(instance?.values.smtp_alert, true);
    assert.equal(instance?.values.check_unicast_src, true);
  });

  it('inherits from global_defs at the end, whatever the order', () => {
    assert.equal(instance?.values.garp_master_delay, 9_000_000);
    assert.equal(instance?.values.garp_lower_prio_delay, 7_000_000);
    assert.deepEqual(instance?.multicastGroup, new Uint8Array([224, 0, 0, 99]));
    const turned = parse(
      `vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\n}\nglobal_defs {\nvrrp_version 3\n}\n`,
    );
    assert.equal(turned.model.instances[0]?.version, 3);
  });

  it('takes lower-priority settings from their own globals before the general ones', () => {
    const globals = 'vrrp_garp_master_delay 7\nvrrp_garp_lower_prio_delay 2\nvrrp_garp_master_repeat 4';
    const text = `global_defs {\n${globals}\n}\nvrrp_instance A {\ninterface eth0\nvirtual_router_id 1\n}\n`;
    const values = parse(text).model.instances[0]?.values;
    assert.equal(values?.garp_lower_prio_delay, 2_000_000);
    assert.equal(values?.garp_lower_prio_repeat, 4);
  });

  it('has addresses with everything their lines say', () => {
    const plain = instance?.vips.map(({ span: _, address, broadcast, peer, ...rest }) => ({
      ...rest,
      address: address.join('.'),
      ...(broadcast ? { broadcast: broadcast.join('.') } : {}),
      ...(peer ? { peer: peer.join('.') } : {}),
    }));
    const common = { family: 4, flags: 0, useVmac: false };
    assert.deepEqual(plain, [
      {
        ...common,
        address: '10.0.0.1',
        prefix: 24,
        broadcast: '10.0.0.255',
        label: 'eth0:1',
        dev: 'eth1',
        scope: 253,
        track: true,
      },
      {
        ...common,
        address: '10.0.0.2',
        prefix: 32,
        peer: '10.0.0.9',
        scope: 0,
        track: false,
        preferredLft: 60,
      },
    ]);
    assert.deepEqual(
      instance?.excludedVips.map(({ prefix, flags, preferredLft }) => [prefix, flags, preferredLft]),
      [
        [128, 0, 0],
        [64, 0x12, undefined],
      ],
    );
  });

  it('has peers, scripts and commands with their accounts', () => {
    assert.deepEqual(
      instance?.unicastPeers.map(({ minTtl, maxTtl }) => [minTtl, maxTtl]),
      [[250, 255]],
    );
    assert.deepEqual(instance?.sourceAddress, new Uint8Array([10, 0, 0, 5]));
    assert.deepEqual(instance?.notify, { notify_master: { argv: ['/usr/bin/true', 'up'], uid: 0, gid: 0 } });
    const [script] = model.scripts;
    assert.deepEqual(script?.argv, ['/usr/bin/true', 'a b']);
    assert.deepEqual([script?.uid, script?.gid], [65534, 65533]);
    assert.deepEqual(
      [script?.intervalUs, script?.timeoutUs, script?.fall, script?.rise],
      [500_000, 500_000, 3, 1],
    );
    assert.deepEqual(
      instance?.trackScripts.map(({ weight, reverse }) => [weight, reverse]),
      [[7, true]],
    );
  });
});

describe('blocks of the checker process', () => {
  const text =
    'virtual_server 10.0.0.1 80 {\n real_server x 1x {\n bogus\n }\n}\nSSL {\n bogus\n}\nSSL {\n}\nbogus\n';
  it('are read, and complain under the name that upstream has there', () => {
    const { diagnostics } = parse(text);
    assert.deepEqual(diagnostics.map(formatDiagnostic), [
      "(k.conf: Line 11) Unknown keyword 'bogus'",
      "(k.conf: Line 2) invalid number '1x'",
      '(k.conf: Line 2) Invalid real server ip address/port x/1x - skipping',
      "(k.conf: Line 7) Unknown keyword 'bogus'",
      '(k.conf: Line 9) SSL context already specified - replacing',
      'Virtual server [10.0.0.1]:none:80 has no real servers - ignoring',
    ]);
  });
  it('still need the name that upstream insists on', () => {
    assert.equal(exitStatusOf(parse('virtual_server {\n}\n').diagnostics), 2);
  });
  it('leave what they say in the model', () => {
    const { diagnostics, model } = parse(
      'static_routes {\n x\n}\nstatic_routes {\n 10.0.0.0/8 dev eth0 metric 5\n}\n',
    );
    assert.deepEqual(diagnostics.map(formatDiagnostic), [
      '(k.conf: Line 2) VRRP parsed invalid IP x. skipping IP...',
      '(k.conf: Line 2) unknown route keyword x',
    ]);
    assert.deepEqual(
      model.staticRoutes.map(({ dev, priority }) => [dev, priority]),
      [['eth0', 5]],
    );
  });
});

describe('the main file', () => {
  const globals = (value: string): string => `global_defs {\n umask ${value}\n}\n`;
  const textsOf = (name: string, files: Record<string, string>): string[] =>
    parseConfig(name, objectFacts({ files })).diagnostics.map(formatDiagnostic);
  it('has no name where the parent alone complains, and its own where a child does', () => {
    assert.deepEqual(said(`${globals('zz')}bogus\n`), [
      '(Line 2) Unknown umask bit zz',
      "(k.conf: Line 4) Unknown keyword 'bogus'",
    ]);
  });
  it('differs in that from included files', () => {
    const files = { 'k.conf': `include b.conf\n${globals('zz')}`, 'b.conf': globals('zy') };
    assert.deepEqual(textsOf('k.conf', files), [
      '(b.conf: Line 2) Unknown umask bit zy',
      '(Line 3) Unknown umask bit zz',
    ]);
  });
  it('is one of several when a pattern matches more', () => {
    assert.deepEqual(textsOf('*.conf', { 'a.conf': globals('zz'), 'b.conf': globals('zy') }).slice(1), [
      '(a.conf: Line 2) Unknown umask bit zz',
      '(b.conf: Line 2) Unknown umask bit zy',
    ]);
  });
});

describe('nesting follows the tables', () => {
  it('after an unknown block', () => {
    assert.deepEqual(said('global_defs {\n foo {\n router_id x\n }\n use_pid_dir\n}\n'), [
      "(Line 2) Unknown keyword 'foo'",
      "(Line 2) Unexpected '{' - ignoring",
      "(Line 6) Unknown keyword '}'",
    ]);
  });
  it('after a missing brace', () => {
    assert.deepEqual(said('use_pid_dir {\n'), [
      "(k.conf: Line 1) Unexpected '{' - ignoring",
      "There are 1 missing '}'s or extra '{'s",
    ]);
  });
  it('and never takes names of Object.prototype for keywords', () => {
    assert.deepEqual(said('constructor\n__proto__ x\n'), [
      "(k.conf: Line 1) Unknown keyword 'constructor'",
      "(k.conf: Line 2) Unknown keyword '__proto__'",
    ]);
  });
});

describe('a missing parameter', () => {
  const result = parse('vrrp_instance A {\n priority\n bogus\n}\nbogus2\n');
  it('ends the check of the pass that meets it', () => {
    assert.deepEqual(
      result.diagnostics.map(({ text }) => text),
      [
        "Unknown keyword 'bogus2'",
        '*** Configuration line starting `priority` is missing a parameter after keyword `priority` at word position 2',
      ],
    );
    assert.equal(result.fatal, 'missing-parameter');
    assert.equal(exitStatusOf(result.diagnostics), 2);
  });
});

describe('interfaces that do not exist', () => {
  const text = 'vrrp_instance A {\n interface eth9\n virtual_router_id 1\n advert_int 1.5\n}\n';
  it('end the checks after parsing', () => {
    const { diagnostics, fatal } = parse(text);
    assert.deepEqual(diagnostics.map(formatDiagnostic), [
      "(k.conf: Line 2) WARNING - interface eth9 for vrrp_instance A doesn't exist",
      'Non-existent interface specified in configuration',
    ]);
    assert.equal(fatal, 'config');
    assert.equal(exitStatusOf(diagnostics), 5);
  });
  it('are fine with dynamic_interfaces', () => {
    assert.equal(parse(`global_defs {\ndynamic_interfaces\n}\n${text}`).fatal, undefined);
  });
});

describe('a network namespace that does not exist', () => {
  it('leaves the VRRP blocks unread', () => {
    const facts: ObjectFacts = { overrides: { namespaceExists: () => false } };
    const { diagnostics, model } = parse('net_namespace low\nvrrp_instance A {\n bogus\n}\n', facts);
    assert.deepEqual([diagnostics, model.instances], [[], []]);
  });
});

describe('exitStatusOf', () => {
  const of = (...classes: DiagnosticClass[]) =>
    exitStatusOf(classes.map((kind): Diagnostic => ({ code: 'X', class: kind, text: '' })));
  it('lets the least severe class win, security above all, a missing parameter at once', () => {
    assert.equal(of(), 0);
    assert.equal(of('notice'), 0);
    assert.equal(of('fatal'), 4);
    assert.equal(of('general', 'fatal'), 5);
    assert.equal(of('general', 'security', 'fatal'), 6);
    assert.equal(of('no-config'), 6);
    assert.equal(of('security', 'missing-parameter'), 2);
  });
  it('does not count what -t does not show', () => {
    assert.equal(exitStatusOf([{ code: 'X', class: 'general', text: '', shownByTest: false }]), 0);
  });
});

describe('a running daemon', () => {
  it('repairs lenient numbers that -t refuses', () => {
    const text = 'global_defs {\n vrrp_garp_master_delay 3s\n}\n';
    const model = (testing: boolean): Model => parse(text, { overrides: { testing } }).model;
    assert.equal(model(false).globals.values.vrrp_garp_master_delay, 3_000_000);
    assert.equal(model(true).globals.values.vrrp_garp_master_delay, 5_000_000);
  });
});

describe('keys of auth_hmac', () => {
  const secretOf = (word: string, files: Record<string, string> = {}) => {
    const block = `auth_hmac {\nkey 1 ${word}\nactive_key 1\n}`;
    const text = `vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\n${block}\nvirtual_ipaddress {\n10.0.0.1\n}\n}\n`;
    const { model, diagnostics } = parse(text, { files });
    return {
      secret: model.instances[0]?.authHmac?.keys[0]?.secret,
      said: diagnostics.map((one) => one.text),
    };
  };
  const ascii = '0123456789abcdef0123456789abcdef';
  const digits = 'ff'.repeat(32);

  it('are text or digits, in the configuration and in a file alike', () => {
    const text = new TextEncoder().encode(ascii);
    const raw = new Uint8Array(32).fill(0xff);
    assert.deepEqual(secretOf(ascii).secret, text);
    assert.deepEqual(secretOf(`hex:${digits}`).secret, raw);
    assert.deepEqual(secretOf('file:/k/1', { '/k/1': `${ascii}\n` }).secret, text);
    assert.deepEqual(secretOf('file:/k/1', { '/k/1': `hex:${digits}\n` }).secret, raw);
  });

  it('with a file that is missing or no digits say so', () => {
    assert.match(secretOf('file:/k/1').said.join(), /key file '\/k\/1' cannot be opened/);
    assert.match(secretOf('file:/k/1', { '/k/1': 'hex:abc' }).said.join(), /invalid hex value/);
  });
});
