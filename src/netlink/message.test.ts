import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseAck } from './ack.ts';
import { NLA_F_NESTED } from './constants.ts';
import { attribute, attributes, message, messages, nested } from './message.ts';
import { createMirror } from './mirror.ts';
import { parseAddress } from './rtnl-addr.ts';
import { parseLink } from './rtnl-link.ts';
import { recorded } from './testing/packets.ts';
import { createMessageWriter } from './writer.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const types = { u8: fc.uint8Array({ maxLength: 600 }) };

/** Everything that reads a datagram. Returns the number of messages seen. */
function readEverything(datagram: Uint8Array): number {
  const mirror = createMirror();
  let count = 0;
  for (const item of messages(datagram)) {
    count += 1;
    parseAck(item);
    parseLink(item);
    parseAddress(item);
    mirror.take(item);
  }
  return count;
}

describe('netlink framing', () => {
  it('writes header and attributes to the byte', () => {
    const built = message({ type: 20, flags: 0x605, seq: 7 }, [
      bytes(2, 24, 0, 0, 5, 0, 0, 0),
      attribute(3, bytes(0x61, 0)),
    ]);
    assert.deepEqual(
      [...built],
      [32, 0, 0, 0, 20, 0, 5, 6, 7, 0, 0, 0, 0, 0, 0, 0, 2, 24, 0, 0, 5, 0, 0, 0, 6, 0, 3, 0, 0x61, 0, 0, 0],
    );
  });

  it('reads back what it wrote, several messages in one datagram', () => {
    const inner = [attribute(1, bytes(9)), attribute(2, bytes(1, 2, 3, 4, 5))];
    const first = message({ type: 16, flags: 1, seq: 1 }, [nested(18, inner)]);
    const second = message({ type: 17, flags: 2, seq: 0xffffffff }, []);
    const read = [...messages(Uint8Array.from([...first, ...second]))];
    assert.deepEqual(
      read.map(({ type, flags, seq, port }) => [type, flags, seq, port]),
      [
        [16, 1, 1, 0],
        [17, 2, 0xffffffff, 0],
      ],
    );
    const outer = attributes(read[0]?.payload ?? bytes());
    assert.deepEqual([...outer.keys()], [18], `the flag ${NLA_F_NESTED} is no part of the type`);
    assert.deepEqual(
      attributes(outer.get(18) ?? bytes()),
      new Map([
        [1, bytes(9)],
        [2, bytes(1, 2, 3, 4, 5)],
      ]),
    );
  });

  it('writes with a writer what it writes piece by piece, beyond the first buffer', () => {
    const attributeBytes = fc.tuple(fc.nat(100), fc.uint8Array({ maxLength: 90 }));
    const one = fc.record({
      type: fc.nat(0xffff),
      seq: fc.nat(),
      parts: fc.array(attributeBytes, { maxLength: 20 }),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 30, size: 'max' }), (requests) => {
        const writer = createMessageWriter();
        for (const { type, seq, parts } of requests) {
          writer.begin(type, 5, seq);
          writer.u8(1, 2, 3, 4);
          writer.u32(0xfffffffe);
          for (const [number, value] of parts) writer.attribute(number, value);
          writer.attributeU32(7, 1, 0xffffffff);
          writer.end();
        }
        const pieces = requests.map(({ type, seq, parts }) =>
          message({ type, flags: 5, seq }, [
            bytes(1, 2, 3, 4, 0xfe, 0xff, 0xff, 0xff),
            ...parts.map(([number, value]) => attribute(number, value)),
            attribute(7, bytes(1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff)),
          ]),
        );
        assert.deepEqual(Buffer.from(writer.bytes()), Buffer.concat(pieces));
      }),
      { numRuns: 100 },
    );
  });

  it('stops at impossible lengths', () => {
    assert.deepEqual([...messages(new Uint8Array(64))], [], 'length 0 would never advance');
    assert.deepEqual([...messages(bytes(15, 0, 0, 0, ...new Array(20).fill(0)))], []);
    assert.deepEqual([...messages(bytes(0xff, 0xff, 0xff, 0xff, ...new Array(20).fill(0)))], []);
    assert.deepEqual([...attributes(bytes(0, 0, 1, 0, 0, 0, 1, 0)).keys()], []);
    assert.deepEqual([...attributes(bytes(200, 0, 1, 0, 7, 7, 7, 7)).keys()], []);
  });

  it('neither throws nor loops on any bytes', () => {
    fc.assert(
      fc.property(types.u8, (datagram) => readEverything(datagram) <= datagram.length / 16),
      { numRuns: 10000 },
    );
  });

  it('neither throws nor loops on damaged recordings', () => {
    const names = ['rtnl-newlink-veth', 'rtnl-newaddr-ipv4', 'rtnl-newaddr-ipv6', 'rtnl-ack-eexist'];
    const damage = fc.array(fc.tuple(fc.nat(2000), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.constantFrom(...names), damage, fc.nat(2000), (name, changes, cut) => {
        const datagram = recorded(name);
        for (const [at, value] of changes) datagram[at % datagram.length] = value;
        return readEverything(datagram.subarray(0, Math.max(16, cut))) <= datagram.length / 16;
      }),
      { numRuns: 10000 },
    );
  });
});
