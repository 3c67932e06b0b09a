import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  compareOids,
  notifyPdu,
  openPdu,
  readAgentx,
  registerPdu,
  responsePdu,
  type VarBind,
} from './agentx.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const header = { sessionId: 1, transactionId: 2, packetId: 3 };

function read(bytes: Uint8Array) {
  const packet = readAgentx(bytes);
  assert.ok(packet.ok);
  return packet.value;
}

describe('AgentX', () => {
  // As net-snmp sends it: little endian, names without 1.3.6.1 (RFC 2741 sections 5.1 and 6.2.6).
  const getNext = hex(`
    01060000 01000000 02000000 03000000 14000000
    02 04 01 00 01000000 72250000   01 04 00 00 02000000`);

  it('reads a request in either byte order and with a shortened name', () => {
    assert.deepEqual(read(getNext), {
      header,
      request: {
        type: 'getNext',
        ranges: [{ start: [1, 3, 6, 1, 4, 1, 9586], include: true, end: [1, 3, 6, 1, 4, 2] }],
      },
      size: getNext.length,
    });
    const big = hex('01061000 00000001 00000002 00000003 0000000c 01040000 00000001 00000000');
    assert.deepEqual(read(big)?.request, {
      type: 'getNext',
      ranges: [{ start: [1, 3, 6, 1, 4, 1], include: false, end: [] }],
    });
  });

  it('waits for the rest, and refuses what cannot be AgentX', () => {
    for (let length = 0; length < getNext.length; length += 1) {
      assert.equal(read(getNext.subarray(0, length)), undefined);
    }
    assert.equal(readAgentx(hex(`02${'00'.repeat(19)}`)).ok, false);
    assert.equal(readAgentx(hex(`01061000${'00'.repeat(12)}7fffffff`)).ok, false);
  });

  it('tells of a payload that ends too early or holds an unknown type', () => {
    const short = hex('01061000 00000001 00000002 00000003 00000008 05040000 00000001');
    assert.equal(read(short)?.request, undefined);
    const unknown = hex('01081000 00000001 00000002 00000003 00000008 00630000 00000000');
    assert.equal(read(unknown)?.request, undefined);
    const endless = hex('01081000 00000001 00000002 00000003 0000000c 00040000 00000000 fffffffd');
    assert.equal(read(endless)?.request, undefined);
  });

  it('reads every kind of value that a set may bring, as it writes them', () => {
    const binds: VarBind[] = [
      { oid: [1, 3], value: { type: 'integer', value: -5 } },
      { oid: [1, 3, 6], value: { type: 'gauge32', value: 4_294_967_295 } },
      { oid: [1, 4], value: { type: 'string', value: hex('6162636465') } },
      { oid: [1, 5], value: { type: 'counter64', value: 0x1_0000_0000n } },
      { oid: [1, 6], value: { type: 'oid', value: [1, 3, 6, 1, 4] } },
      { oid: [1, 7], value: { type: 'address', value: hex('0a000001') } },
    ];
    const packet = notifyPdu(header, binds);
    packet[1] = 8; // The payload of TestSet has the same form.
    assert.deepEqual(read(packet)?.request, { type: 'testSet', binds });
  });

  it('opens, registers and answers byte for byte as RFC 2741 has it', () => {
    assert.equal(
      hexOf(openPdu(9, [1, 3], 'abc', 5)),
      '010110000000000000000000000000090000001805000000020000000000000100000003' + '0000000361626300',
    );
    assert.equal(
      hexOf(registerPdu(header, [1, 3], 127)),
      '0103100000000001000000020000000300000010' + '007f0000' + '020000000000000100000003',
    );
    const answer = responsePdu(header, [{ oid: [1], value: { type: 'endOfMibView' } }], 'notWritable', 2);
    assert.equal(
      hexOf(answer),
      '0112100000000001000000020000000300000014' + '00000000' + '00110002' + '00820000' + '0100000000000001',
    );
  });

  it('survives whatever comes', () => {
    let state = 20_261_127;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % below;
    };
    let read = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const bytes = new Uint8Array(20 + random(60)).map(() => (random(3) === 0 ? random(256) : random(8)));
      bytes.set([1, random(20), random(2) * 16, 0, ...bytes.subarray(4, 16), 0, 0, 0, bytes.length - 20]);
      if ((bytes[2] ?? 0) === 0) bytes.subarray(16, 20).reverse();
      const packet = readAgentx(bytes);
      assert.ok(packet.ok);
      assert.equal(packet.value?.size, bytes.length);
      if (packet.value?.request !== undefined) read += 1;
    }
    assert.ok(read > 1_000, `${read} had a meaning`);
  });

  it('orders names as a walk goes through them', () => {
    const names = [
      [1, 3, 6],
      [1, 3],
      [1, 10],
      [1, 3, 6, 0],
    ];
    assert.deepEqual(names.toSorted(compareOids), [
      [1, 3],
      [1, 3, 6],
      [1, 3, 6, 0],
      [1, 10],
    ]);
  });
});
