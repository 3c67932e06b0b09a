/** The small languages of list lines, beyond what the fixtures show. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type InstanceModel, parseConfig } from '../index.ts';
import { objectFacts } from '../testing.ts';

function read(block: string, lines: string): { readonly said: string[]; readonly instance: InstanceModel } {
  const text = `vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\n${block} {\n${lines}\n}\n}\n`;
  const facts = objectFacts({ files: { 'k.conf': text } });
  const { model, diagnostics } = parseConfig('k.conf', facts);
  const [instance] = model.instances;
  assert.ok(instance);
  return { said: diagnostics.filter(({ span }) => span?.line === 5).map((one) => one.text), instance };
}

describe('times of routes', () => {
  const metrics = (options: string) => {
    const route = `10.1.0.0/16 via 10.0.0.9 dev eth0 ${options}`;
    const text = `vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n10.0.0.1\n}\n`;
    const files = { 'k.conf': `${text}virtual_routes {\n${route}\n}\n}\n` };
    const { model, diagnostics } = parseConfig('k.conf', objectFacts({ files }));
    const found = [...(model.instances[0]?.routes[0]?.metrics ?? [])].map(([name, { value }]) => [
      name,
      value,
    ]);
    return { said: diagnostics.map((one) => one.text), found };
  };

  // As the kernel had them from 2.2.7, read back in units of 1/8, 1/4 and 1 ms.
  it('with a unit are milliseconds or seconds, and without one the kernel units', () => {
    assert.deepEqual(metrics('rtt 300ms rttvar 1.5s rto_min 201').found, [
      ['rtt', 2400],
      ['rttvar', 6000],
      ['rto_min', 201],
    ]);
    assert.deepEqual(metrics('rtt 2000 rttvar lock 1000').found, [
      ['rtt', 2000],
      ['rttvar', 1000],
    ]);
  });

  it('are moved between 200 ms and 120 s, and the log is told', () => {
    const { said, found } = metrics('rtt 1599 rttvar 480s rto_min 5ms');
    assert.deepEqual(found, [
      ['rtt', 1600],
      ['rttvar', 480_000],
      ['rto_min', 200],
    ]);
    assert.deepEqual(said, [
      'rtt value 1599 below minimum 200ms, resetting',
      'rttvar value 480s exceeds maximum 120s, resetting',
      'rto_min value 5ms below minimum 200ms, resetting',
    ]);
    assert.deepEqual(metrics('rtt 1600 rttvar 480000 rto_min 120s').said, []);
  });
});

describe('address lines', () => {
  const vip = (line: string) => {
    const { said, instance } = read('virtual_ipaddress', line);
    return { said, vip: instance.vips[0] };
  };

  it('compute the broadcast address from the prefix', () => {
    assert.deepEqual(vip('10.1.2.3/20 brd +').vip?.broadcast, new Uint8Array([10, 1, 15, 255]));
    assert.deepEqual(vip('10.1.2.3/20 brd -').vip?.broadcast, new Uint8Array([10, 1, 0, 0]));
    const long = vip('10.1.2.3/31 brd +');
    assert.deepEqual(long.said, ['Address prefix length 31 too long for broadcast']);
    assert.equal(long.vip?.broadcast, undefined);
    assert.ok(long.vip);
  });

  it('keep an address with an unknown word and drop one without a parameter', () => {
    assert.ok(vip('10.0.0.1 foo').vip);
    const dropped = vip('10.0.0.1 foo dev');
    assert.deepEqual(dropped.said, [
      "Unknown configuration entry 'foo' for ip address - ignoring",
      'No dev parameter specified for 10.0.0.1',
    ]);
    assert.equal(dropped.vip, undefined);
  });

  it('read scopes by name and number', () => {
    assert.equal(vip('10.0.0.1 scope host').vip?.scope, 254);
    assert.equal(vip('10.0.0.1 scope 10').vip?.scope, 10);
    assert.equal(vip('10.0.0.1 scope 256').vip?.scope, 0);
  });

  it('deprecate an IPv6 host address unless told otherwise', () => {
    assert.equal(vip('fe80::1').vip?.preferredLft, 0);
    assert.equal(vip('fe80::1 preferred_lft forever').vip?.preferredLft, undefined);
    assert.equal(vip('fe80::1/64').vip?.preferredLft, undefined);
    assert.equal(vip('fe80::1').vip?.flags, 0x02);
    assert.equal(vip('fe80::1 -nodad').vip?.flags, 0);
  });

  it('correct a bad prefix length', () => {
    assert.equal(vip('10.0.0.1/33').vip?.prefix, 32);
    assert.equal(vip('fe80::1/abc').vip?.prefix, 128);
    assert.equal(vip('10.0.0.1/0').vip?.prefix, 0);
  });
});

describe('peer lines', () => {
  it('limit the TTL and note what cannot match', () => {
    const { said, instance } = read('unicast_peer', '10.0.0.2 min_ttl 5 max_ttl 4');
    assert.deepEqual(said, ['(A) min_ttl 5 > max_ttl 4 - all packets will be discarded']);
    assert.equal(instance.unicastPeers.length, 1);
    assert.equal(instance.values.check_unicast_src, true);
  });
  it('fix the family', () => assert.equal(read('unicast_peer', 'fe80::9').instance.family, 6));
  it('refuse host names', () =>
    assert.equal(read('unicast_peer', 'peer.example.test').instance.unicastPeers.length, 0));
});

describe('track lines', () => {
  const track = (line: string) => read('track_interface', line).instance.trackInterfaces[0];
  it('read weight and direction', () => {
    assert.deepEqual(
      [track('eth1 weight -5 reverse')?.weight, track('eth1 weight -5 reverse')?.reverse],
      [-5, true],
    );
    assert.equal(track('eth1 weight 254')?.weight, 253);
    assert.equal(track('eth1 weight 300')?.weight, 0);
    assert.equal(track('eth1')?.weight, 0);
  });
  it('drop a line with an unknown option', () => assert.equal(track('eth1 foo'), undefined));
});
