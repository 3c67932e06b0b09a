/** The model of virtual servers: what is inherited, what is repaired and what is dropped. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seconds } from '../src/units.ts';
import { printAddress } from './codecs/address.ts';
import { parseConfig } from './index.ts';
import type { CheckModel, LvsModel, VirtualServerModel } from './model-lvs.ts';
import { objectFacts } from './testing.ts';

const conf = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;

function read(text: string): LvsModel {
  const facts = objectFacts({ files: { 'k.conf': text }, scripts: { '/usr/bin/true': {} } });
  return parseConfig('k.conf', facts).model.lvs;
}

function first(text: string): VirtualServerModel {
  const [server] = read(text).virtualServers;
  assert.ok(server);
  return server;
}

const HEAD = 'protocol TCP\n lvs_sched rr\n lvs_method DR\n';

function checks(inside: string, server = ''): readonly CheckModel[] {
  const text = conf(
    'virtual_server 10.0.0.1 80 {',
    `${HEAD} ${server}`,
    'real_server 10.0.0.2 80 {',
    `${inside}`,
    '}',
    '}',
  );
  return first(text).realServers[0]?.checks ?? [];
}

describe('virtual servers', () => {
  it('are mentioned when none of them can be used', () => {
    const { mentioned, virtualServers } = read(
      'virtual_server @ADDRESS@ 80 {\n real_server 10.0.0.2 {\n }\n}\n',
    );
    assert.deepEqual([mentioned, virtualServers.length], [true, 0]);
    assert.equal(read('global_defs {\n}\n').mentioned, false);
  });
  it('get the defaults upstream gives them', () => {
    const server = first('virtual_server 10.0.0.1 80 {\n real_server 10.0.0.2 {\n }\n}\n');
    assert.equal(server.name, '[10.0.0.1]:udp:80');
    assert.equal(server.protocol, 'UDP');
    assert.equal(server.scheduler, 'wlc');
    assert.equal(server.values.quorum, 1);
    const [real] = server.realServers;
    assert.deepEqual(real?.method, { forwarding: 'NAT' });
    assert.deepEqual([real?.port, real?.weight, real?.smtpAlert, real?.alpha], [80, 1, true, false]);
  });
  it('set the ports of servers that cannot translate them', () => {
    const server = first(`virtual_server 10.0.0.1 80 {\n ${HEAD} real_server 10.0.0.2 81 {\n }\n}\n`);
    assert.equal(server.realServers[0]?.port, 80);
    const nat = first(
      'virtual_server 10.0.0.1 80 {\n lvs_method NAT\n protocol TCP\n real_server 10.0.0.2 81 {\n }\n}\n',
    );
    assert.equal(nat.realServers[0]?.port, 81);
  });
  it('lower quorum and hysteresis to what the weights allow', () => {
    const server = first(
      conf(
        'virtual_server 10.0.0.1 80 {',
        `${HEAD} quorum 9`,
        'hysteresis 7',
        'weight 2',
        'real_server 10.0.0.2 80 {',
        '}',
        'real_server 10.0.0.3 80 {',
        'weight 3',
        '}',
        '}',
      ),
    );
    assert.deepEqual([server.values.quorum, server.values.hysteresis], [5, 4]);
  });
  it('are persistent when they serve any port, and by a netmask', () => {
    const any = first(`virtual_server 10.0.0.1 {\n ${HEAD} real_server 10.0.0.2 {\n }\n}\n`);
    assert.equal(any.persistenceTimeout, 360);
    const mask = first(
      conf(
        'virtual_server 10.0.0.1 80 {',
        `${HEAD} persistence_granularity 255.255.255.0`,
        'real_server 10.0.0.2 80 {',
        '}',
        '}',
      ),
    );
    assert.equal(mask.persistenceTimeout, 360);
    assert.equal(mask.values.persistence_granularity?.mask, 0xffffff00);
  });
  it('go without real servers, and second real servers go', () => {
    const { virtualServers } = read(
      conf(
        'virtual_server 10.0.0.1 80 {',
        `${HEAD} }`,
        'virtual_server 10.0.0.3 80 {',
        `${HEAD} real_server 10.0.0.2 80 {`,
        'weight 4',
        '}',
        'real_server 10.0.0.2 80 {',
        'weight 5',
        '}',
        '}',
      ),
    );
    assert.deepEqual(
      virtualServers.map(({ realServers }) => realServers.map(({ weight }) => weight)),
      [[4]],
    );
  });
  it('know their firewall mark, and keep servers of one family', () => {
    const server = first(
      conf(
        'virtual_server fwmark 7 {',
        'lvs_sched rr',
        'lvs_method NAT',
        'real_server ::2 80 {',
        '}',
        'real_server 10.0.0.2 80 {',
        '}',
        '}',
      ),
    );
    assert.deepEqual(server.service, { kind: 'fwmark', mark: 7, family: 6 });
    assert.equal(server.realServers.length, 1);
    assert.equal(server.protocol, undefined);
  });
  it('leave servers the method that was known when they were read', () => {
    const server = first(
      conf(
        'virtual_server 10.0.0.1 80 {',
        'protocol TCP',
        'lvs_method NAT',
        'real_server 10.0.0.2 80 {',
        '}',
        'lvs_method TUN type gre csum',
        'real_server 10.0.0.3 80 {',
        '}',
        '}',
      ),
    );
    assert.deepEqual(
      server.realServers.map(({ method }) => method),
      [{ forwarding: 'NAT' }, { forwarding: 'TUN', tunnel: { type: 'gre', checksum: 'csum' } }],
    );
  });
  it('have a sorry server with the port of the service', () => {
    const { sorry } = first(
      conf(
        'virtual_server 10.0.0.1 80 {',
        `${HEAD} sorry_server 10.0.0.9`,
        'sorry_server_inhibit',
        'real_server 10.0.0.2 80 {',
        '}',
        '}',
      ),
    );
    assert.deepEqual([sorry?.port, sorry?.inhibit, sorry?.method.forwarding], [80, true, 'DR']);
  });
  it('keep commands that can be run', () => {
    const server = first(
      conf(
        'virtual_server 10.0.0.1 80 {',
        `${HEAD} quorum_up "/usr/bin/true a"`,
        'quorum_down /bin/nope',
        'real_server 10.0.0.2 80 {',
        'notify_up /usr/bin/true',
        '}',
        '}',
      ),
    );
    assert.deepEqual(server.commands, { quorum_up: { argv: ['/usr/bin/true', 'a'], uid: 0, gid: 0 } });
    assert.deepEqual(Object.keys(server.realServers[0]?.commands ?? {}), ['notify_up']);
  });
});

describe('a mark whose servers are all behind tunnels', () => {
  const cases: readonly (readonly [string, readonly string[], 4 | 6])[] = [
    ['is IPv6 if every one of them is', ['2001:db8::1', '2001:db8::2'], 6],
    ['is IPv4 if one of them is', ['2001:db8::1', '10.0.0.2'], 4],
    ['is IPv4 if all are', ['10.0.0.1', '10.0.0.2'], 4],
  ];
  for (const [what, hosts, family] of cases) {
    it(what, () => {
      const reals = hosts.map((host) => `real_server ${host} 80 {\n}\n`).join('');
      const text = `virtual_server fwmark 5 {\nlvs_sched rr\nlvs_method TUN\n${reals}}\n`;
      assert.equal(first(text).family, family);
    });
  }
});

describe('groups', () => {
  it('list ranges by both ends', () => {
    const { virtualServerGroups } = read(
      'virtual_server_group G {\n 10.0.0.1-5 80\n 10.0.1.0/30\n ::1-ff 443\n fwmark 3 inet\n}\n',
    );
    const services = virtualServerGroups[0]?.services ?? [];
    const shown = services.map((service) =>
      service.kind === 'range'
        ? `${printAddress(service.first.bytes)} ${printAddress(service.last.bytes)} ${service.port}`
        : `${service.mark} ${service.family}`,
    );
    assert.deepEqual(shown, ['10.0.0.1 10.0.0.5 80', '10.0.1.0 10.0.1.3 0', '::1 ::ff 443', '3 4']);
  });
});

describe('checks', () => {
  it('of several hosts are remarked on once each, and a script that is missing with all of its words', () => {
    const hosts = 'host {\nconnect_ip 10.0.0.8\n}\nhost {\nconnect_ip 10.0.0.9\n}';
    const text = conf(
      'virtual_server 10.0.0.1 80 {',
      HEAD,
      'real_server 10.0.0.2 80 {',
      ...[`SMTP_CHECK {\n${hosts}\n}`, `SMTP_CHECK {\n${hosts}\n}`],
      'MISC_CHECK {\nmisc_path "/usr/bin/absent a b"\n}',
      ...['}', '}'],
    );
    const { diagnostics } = parseConfig('k.conf', objectFacts({ files: { 'k.conf': text } }));
    const said = diagnostics.map((one) => one.text);
    assert.equal(said.filter((one) => one.includes('SMTP_CHECK host block')).length, 2);
    assert.ok(
      said.includes("Disabling misc script '/usr/bin/absent' 'a' 'b' since not found/accessible"),
      said.join('\n'),
    );
  });

  it('take the nearest timers', () => {
    const [own] = checks(
      'retry 5\n TCP_CHECK {\n delay_loop 7\n }',
      'retry 4\n delay_loop 8\n connect_timeout 2',
    );
    assert.ok(own?.type === 'TCP_CHECK');
    assert.deepEqual(
      [own.timing.retry, own.timing.delayLoopUs, own.timing.warmupUs, own.target.connectTimeoutUs],
      [5, seconds(7), seconds(7), seconds(2)],
    );
  });
  it('differ in what they do by default', () => {
    const got = checks(
      'DNS_CHECK {\n }\n MISC_CHECK {\n misc_path /usr/bin/true\n }\n HTTP_GET {\n url {\n path /\n }\n }',
    );
    assert.deepEqual(
      got.map((check) =>
        'timing' in check ? [check.type, check.timing.retry, check.timing.delayBeforeRetryUs] : [],
      ),
      [
        ['DNS_CHECK', 3, seconds(60)],
        ['MISC_CHECK', 0, seconds(1)],
        ['HTTP_GET', 1, seconds(3)],
      ],
    );
  });
  it('give each url its virtual host and status codes', () => {
    const [check] = checks(
      conf(
        'virtualhost rs.example',
        'HTTP_GET {',
        'url {',
        'path /a',
        'status_code 200 300-302',
        '}',
        'url {',
        'path /b',
        'virtualhost b.example',
        '}',
        '}',
      ),
    );
    assert.ok(check?.type === 'HTTP_GET');
    assert.deepEqual(
      check.urls.map(({ path, virtualhost, statusCodes }) => [path, virtualhost, statusCodes.length]),
      [
        ['/a', 'rs.example', 2],
        ['/b', 'b.example', 1],
      ],
    );
  });
  it('are one for each host of SMTP_CHECK', () => {
    const got = checks(
      'SMTP_CHECK {\n helo_name h\n host {\n connect_port 26\n }\n host {\n connect_port 27\n }\n }',
    );
    assert.deepEqual(
      got.map((check) => check.type === 'SMTP_CHECK' && [check.target.port, check.heloName]),
      [
        [80, 'h'],
        [26, 'h'],
        [27, 'h'],
      ],
    );
  });
  it('go when they have no url or their program is not there', () => {
    assert.equal(checks('HTTP_GET {\n }').length, 0);
    assert.equal(checks('MISC_CHECK {\n misc_path /bin/nope\n }').length, 0);
  });
  it('follow known files and sessions only', () => {
    const globals = 'track_file tf {\n file /tmp/tf\n}\nbfd_instance b {\n neighbor_ip 10.0.0.9\n}\n';
    const server = first(
      conf(
        `${globals}virtual_server 10.0.0.1 80 {`,
        `${HEAD} real_server 10.0.0.2 80 {`,
        'FILE_CHECK {',
        'track_file tf',
        'weight 2 reverse',
        '}',
        'BFD_CHECK {',
        'name b',
        '}',
        'BFD_CHECK {',
        'name c',
        '}',
        '}',
        '}',
      ),
    );
    assert.deepEqual(server.realServers[0]?.checks, [
      { type: 'FILE_CHECK', trackFile: 'tf', weight: { weight: 2, reverse: true } },
      { type: 'BFD_CHECK', name: 'b', alpha: false },
    ]);
  });
  it('of the same text are given to each server of their family', () => {
    const real = (address: string) =>
      ` real_server ${address} 80 {\n TCP_CHECK {\n connect_timeout 3\n }\n }\n`;
    const server = first(`virtual_server 10.0.0.1 80 {\n ${HEAD}${real('10.0.0.2')}${real('10.0.0.3')}}\n`);
    const targets = server.realServers.map(({ checks: [check] }) =>
      check?.type === 'TCP_CHECK' ? printAddress(check.target.address.bytes) : '',
    );
    assert.deepEqual(targets, ['10.0.0.2', '10.0.0.3']);
  });
});
