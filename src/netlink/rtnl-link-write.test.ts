import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LinkOp } from '../ports/kernel.ts';
import { attributes, messages } from './message.ts';
import { writeLinkOp } from './rtnl-link-write.ts';
import { createMessageWriter } from './writer.ts';

const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

function written(op: LinkOp): Uint8Array {
  const writer = createMessageWriter();
  writeLinkOp(writer, op, 7);
  return writer.bytes();
}

const macvlan = {
  kind: 'macvlan',
  mode: 'private',
  mac: Uint8Array.of(0, 0, 0x5e, 0, 1, 0x33),
} as const;

describe('requests about interfaces', () => {
  it('create a private macvlan with its MAC address', () => {
    const spec = { name: 'vrrp.51', lowerIndex: 2, link: macvlan, group: 0 };
    const expected =
      '5c00000010000506' +
      '0700000000000000' +
      // struct ifinfomsg
      '00000000000000000000000000000000' +
      '0c000300767272702e353100' +
      '0800050002000000' +
      '0a00010000005e0001330000' +
      // IFLA_LINKINFO: kind, data: mode 1
      '1c0012800b0001006d6163766c616e00' +
      '0c0002800800010001000000';
    assert.equal(hex(written({ op: 'addLink', spec })), expected);
  });

  it('create an ipvlan of layer 2 with the flags of its mode and a group', () => {
    const flags = { bridge: '0000', private: '0100', vepa: '0200' } as const;
    for (const mode of ['bridge', 'private', 'vepa'] as const) {
      const spec = { name: 'ipv', lowerIndex: 2, link: { kind: 'ipvlan', mode }, group: 7 } as const;
      const [message] = messages(written({ op: 'addLink', spec }));
      const found = attributes(message?.payload ?? new Uint8Array(), 16);
      const data = attributes(attributes(found.get(18) ?? new Uint8Array()).get(2) ?? new Uint8Array());
      assert.equal(hex(data.get(1)), '0000');
      assert.equal(hex(data.get(2)), flags[mode]);
      assert.equal(hex(found.get(27)), '07000000');
      assert.equal(found.has(1), false, 'it shares the MAC address below');
    }
  });

  it('change only what they name', () => {
    const up =
      '2c000000100005000700000000000000' + '00000000000000000100000001000000' + '0c000300767272702e353100';
    assert.equal(hex(written({ op: 'changeLink', name: 'vrrp.51', up: true })), up);
    const still =
      '3c000000100005000700000000000000' +
      '00000000000000000000000000000000' +
      '0c000300767272702e353100' +
      // IFLA_AF_SPEC, AF_INET6, IFLA_INET6_ADDR_GEN_MODE none
      '10001a80' +
      '0c000a80' +
      '0500080001000000';
    assert.equal(hex(written({ op: 'changeLink', name: 'vrrp.51', noAddresses: true })), still);
    const enslaved =
      '34000000100005000700000000000000' +
      '00000000000000000000000000000000' +
      '0c000300767272702e353100' +
      // IFLA_MASTER
      '08000a0009000000';
    assert.equal(hex(written({ op: 'changeLink', name: 'vrrp.51', masterIndex: 9 })), enslaved);
  });

  it('remove by name', () => {
    const expected =
      '2c000000110005000700000000000000' + '00000000000000000000000000000000' + '0c000300767272702e353100';
    assert.equal(hex(written({ op: 'removeLink', name: 'vrrp.51' })), expected);
  });
});
