import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AddressSpec } from '../ports/kernel.ts';
import { parseAck } from './ack.ts';
import { u32Bytes } from './bytes.ts';
import { attribute, attributes, type Message, message, messages } from './message.ts';
import { parseAddress, writeDelAddress, writeNewAddress } from './rtnl-addr.ts';
import { parseLink } from './rtnl-link.ts';
import { recordedMessage, written } from './testing/packets.ts';

const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

/** A link message with the given fixed part and attributes. */
function link(type: number, family: number, flags: number, parts: Uint8Array[]): Message {
  const fixed = Uint8Array.of(family, 0, 1, 0, ...u32Bytes(7, flags, 0));
  const [built] = messages(message({ type, flags: 0, seq: 0 }, [fixed, ...parts]));
  assert.ok(built);
  return built;
}

const name = attribute(3, new TextEncoder().encode('eth7\0'));

describe('rtnetlink links', () => {
  it('reads a recorded veth whose other end is in another namespace', () => {
    const parsed = parseLink(recordedMessage('rtnl-newlink-veth'));
    assert.ok(parsed);
    assert.equal(parsed.gone, false);
    assert.deepEqual(
      { ...parsed.link, mac: hex(parsed.link.mac) },
      {
        index: 2,
        name: 'eth0',
        up: true,
        flags: 0x11043,
        loopback: false,
        multicast: true,
        mtu: 1400,
        mac: '6a835612d57e',
        type: 1,
        kind: 'veth',
        lowerIndex: 0,
        masterIndex: 0,
      },
    );
  });

  it('is up only with IFF_UP, IFF_RUNNING and a state that carries traffic', () => {
    const state = (value: number): Uint8Array => attribute(16, Uint8Array.of(value));
    const up = (flags: number, value: number): boolean | undefined =>
      parseLink(link(16, 0, flags, [name, state(value)]))?.link.up;
    assert.equal(up(0x41, 6), true);
    assert.equal(up(0x41, 0), true, 'unknown, as the loopback and tun devices say');
    assert.equal(up(0x01, 6), false, 'no IFF_RUNNING');
    assert.equal(up(0x40, 6), false, 'no IFF_UP');
    for (const bad of [1, 2, 3, 4, 5]) assert.equal(up(0x41, bad), false, `state ${bad}`);
  });

  it('reads lower device and master, and a removal as not up', () => {
    const parts = [name, attribute(5, u32Bytes(3)), attribute(10, u32Bytes(4))];
    const parsed = parseLink(link(17, 0, 0x41, parts));
    assert.equal(parsed?.gone, true);
    assert.equal(parsed.link.up, false);
    assert.deepEqual([parsed.link.lowerIndex, parsed.link.masterIndex], [3, 4]);
  });

  it('ignores what does not describe the whole interface', () => {
    assert.equal(parseLink(link(17, 7, 0x41, [name])), undefined, 'a port leaving its bridge is not removal');
    assert.equal(parseLink(link(16, 0, 0x41, [])), undefined, 'no name');
    assert.equal(
      parseLink(link(16, 0, 0x41, [name, attribute(11, Uint8Array.of(1))])),
      undefined,
      'wireless',
    );
  });
});

describe('rtnetlink addresses', () => {
  it('reads recorded addresses', () => {
    const v4 = parseAddress(recordedMessage('rtnl-newaddr-ipv4'));
    assert.deepEqual(v4, {
      gone: false,
      address: {
        ifindex: 2,
        family: 4,
        address: Uint8Array.of(192, 0, 2, 50),
        prefix: 24,
        scope: 0,
        flags: 0x81,
      },
    });
    assert.deepEqual(parseAddress(recordedMessage('rtnl-deladdr-ipv4')), { ...v4, gone: true });
    const v6 = parseAddress(recordedMessage('rtnl-newaddr-ipv6'));
    assert.equal(hex(v6?.address.address), '20010db8000000000000000000000001');
    assert.deepEqual([v6?.address.prefix, v6?.address.flags], [128, 0xa2]);
  });

  it('takes IFA_LOCAL as the address and IFA_ADDRESS as the peer', () => {
    const spec: AddressSpec = {
      ifindex: 5,
      family: 4,
      address: Uint8Array.of(10, 0, 0, 1),
      peer: Uint8Array.of(10, 0, 0, 2),
      prefix: 32,
      scope: 253,
      flags: 0,
    };
    const [built] = messages(written((to) => writeNewAddress(to, spec, 1)));
    assert.ok(built);
    const parsed = parseAddress(built);
    assert.deepEqual(parsed?.address.address, spec.address);
    assert.deepEqual(parsed?.peer, spec.peer);
    assert.equal(parsed?.address.scope, 253);
  });

  it('writes a request to the byte', () => {
    const spec: AddressSpec = {
      ifindex: 2,
      family: 4,
      address: Uint8Array.of(192, 0, 2, 50),
      prefix: 24,
      scope: 0,
      // SECONDARY and PERMANENT are the kernel's to say; NOPREFIXROUTE may be asked for.
      flags: 0x281,
      broadcast: Uint8Array.of(192, 0, 2, 255),
      label: 'eth0:1',
      preferredLft: 0,
      protocol: 18,
    };
    const expected =
      '600000001400050609000000000000000218000002000000' +
      '08000200c0000232' +
      '08000100c0000232' +
      '08000400c00002ff' +
      '0b000300657468303a310000' +
      '0800080000020000' +
      '1400060000000000ffffffff0000000000000000' +
      '05000b0012000000';
    assert.equal(hex(written((to) => writeNewAddress(to, spec, 9))), expected);
    const removal = '28000000150005000a000000000000000218000002000000' + '08000200c000023208000100c0000232';
    assert.equal(hex(written((to) => writeDelAddress(to, spec, 10))), removal);
  });

  it('asks for nodad in both places where IPv6 has it', () => {
    const address = new Uint8Array(16).fill(1);
    const spec: AddressSpec = { ifindex: 2, family: 6, address, prefix: 64, scope: 0, flags: 0x82 };
    const [built] = messages(written((to) => writeNewAddress(to, spec, 1)));
    assert.equal(built?.payload[2], 2);
    assert.equal(hex(attributes(built?.payload ?? new Uint8Array(), 8).get(8)), '02000000');
  });
});

describe('acknowledgements', () => {
  it('reads errno and the text of the kernel', () => {
    assert.deepEqual(parseAck(recordedMessage('rtnl-ack-eexist')), {
      seq: 8,
      errno: 17,
      text: 'ipv4: Address already assigned',
    });
    assert.deepEqual(parseAck(recordedMessage('rtnl-ack-done')), { seq: 9, errno: 0, text: '' });
  });

  it('finds the text behind an echoed request too', () => {
    const request = message({ type: 20, flags: 5, seq: 3 }, [new Uint8Array(12)]);
    const parts = [
      u32Bytes(-22 >>> 0),
      request,
      attribute(1, new TextEncoder().encode('no\0')),
      attribute(2, u32Bytes(24)),
    ];
    const [built] = messages(message({ type: 2, flags: 0x200, seq: 3 }, parts));
    assert.ok(built);
    assert.deepEqual(parseAck(built), { seq: 3, errno: 22, text: 'no', offset: 24 });
  });

  it('is not led astray by an echoed length that is a lie', () => {
    const parts = [u32Bytes(-22 >>> 0), u32Bytes(0xde000044, 0, 0, 0), attribute(1, Uint8Array.of(0x61, 0))];
    const [built] = messages(message({ type: 2, flags: 0x200, seq: 3 }, parts));
    assert.ok(built);
    assert.deepEqual(parseAck(built), { seq: 3, errno: 22, text: '' });
  });

  it('is not made from other or short messages', () => {
    const [done] = messages(message({ type: 3, flags: 0, seq: 1 }, [u32Bytes(0)]));
    const [short] = messages(message({ type: 2, flags: 0, seq: 1 }, []));
    assert.ok(done && short);
    assert.equal(parseAck(done), undefined);
    assert.equal(parseAck(short), undefined);
  });
});
