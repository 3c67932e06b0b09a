import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { u8, u32Bytes } from '../netlink/bytes.ts';
import { NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_MULTI, NLMSG_DONE, NLMSG_ERROR } from '../netlink/constants.ts';
import { GENL_ID_CTRL } from '../netlink/genl.ts';
import * as ipvs from '../netlink/ipvs-constants.ts';
import { attribute, message, messages } from '../netlink/message.ts';
import { fromHex, recordings } from '../netlink/testing/ipvs-recordings.ts';
import { ok } from '../result.ts';
import { EAGAIN, ENOENT } from './errno.ts';
import { createIpvs } from './ipvs-linux.ts';
import type { NetlinkSocket } from './netlink-socket.ts';

interface FakeKernel {
  /** The number of IPVS; undefined = a kernel without it. */
  family: number | undefined;
  /** How many dumps are still to be interrupted. */
  interruptions: number;
  /** The errno for each command that is not a question. */
  refusal: (command: number) => number;
  dumps: number;
}

const daemons = (recordings.answers['ipvsadm -l --daemon'] ?? []).map(fromHex);

/** A socket whose other end answers at once, as generic netlink does. */
function socketOf(kernel: FakeKernel): NetlinkSocket {
  const waiting: Uint8Array[] = [];
  const answer = (type: number, flags: number, seq: number, payload: Uint8Array): void => {
    waiting.push(message({ type, flags, seq }, [payload]));
  };
  const acknowledge = (seq: number, errno: number): void =>
    answer(NLMSG_ERROR, 0, seq, u32Bytes(-errno, 0, 0, 0, 0));

  function dump(type: number, seq: number): void {
    kernel.dumps += 1;
    const interrupted = kernel.interruptions > 0;
    if (interrupted) kernel.interruptions -= 1;
    // An interrupted dump has shown all but the last entry by then.
    const shown = interrupted ? daemons.slice(0, -1) : daemons;
    for (const payload of shown) answer(type, NLM_F_MULTI, seq, payload);
    answer(NLMSG_DONE, NLM_F_MULTI | (interrupted ? NLM_F_DUMP_INTR : 0), seq, u32Bytes(0));
  }

  function lookUp(seq: number): void {
    const { family } = kernel;
    if (family !== undefined) {
      const number = attribute(ipvs.CTRL_ATTR_FAMILY_ID, Uint8Array.of(family, 0));
      answer(GENL_ID_CTRL, 0, seq, Uint8Array.of(1, 2, 0, 0, ...number));
    }
    acknowledge(seq, family === undefined ? ENOENT : 0);
  }

  function take(type: number, flags: number, seq: number, command: number): void {
    if (type === GENL_ID_CTRL) lookUp(seq);
    else if (type !== kernel.family) acknowledge(seq, ENOENT);
    else if ((flags & NLM_F_DUMP) === NLM_F_DUMP) dump(type, seq);
    else acknowledge(seq, kernel.refusal(command));
  }

  return {
    fd: -1,
    destination: new Uint8Array(0),
    send(request) {
      for (const { type, flags, seq, payload } of messages(request)) take(type, flags, seq, u8(payload));
      return 0;
    },
    receive(hand) {
      const datagram = waiting.shift();
      if (datagram === undefined) return -EAGAIN;
      for (const one of messages(datagram)) hand(one);
      return 0;
    },
    setReceiveBuffer: () => undefined,
    close: () => undefined,
  };
}

function bench(more: Partial<FakeKernel> = {}) {
  const kernel: FakeKernel = { family: 0x1c, interruptions: 0, refusal: () => 0, dumps: 0, ...more };
  return { kernel, port: createIpvs(() => ok(socketOf(kernel))) };
}

const rolesOf = (result: ReturnType<ReturnType<typeof createIpvs>['daemons']>): string[] => {
  assert.ok(result.ok);
  return result.value.map(({ role }) => role);
};

describe('IPVS on Linux', () => {
  it('repeats a dump that was interrupted, and forgets what it had shown', () => {
    const { kernel, port } = bench({ interruptions: 2 });
    assert.deepEqual(rolesOf(port.daemons()), ['master', 'backup']);
    assert.equal(kernel.dumps, 3);
  });

  it('gives up on a table that never holds still', () => {
    const { port } = bench({ interruptions: 1000 });
    assert.deepEqual(port.daemons(), { ok: false, error: { errno: EAGAIN, text: '' } });
  });

  it('answers every operation by its own errno', () => {
    const { port } = bench({ refusal: (command) => (command === ipvs.IPVS_CMD_DEL_DAEMON ? 3 : 0) });
    const stop = { op: 'stopDaemon', role: 'master', syncId: 1 } as const;
    const answers = port.apply([{ op: 'flush' }, stop, { op: 'zero' }]);
    assert.deepEqual(
      answers.map(({ op, errno }) => [op.op, errno]),
      [
        ['flush', 0],
        ['stopDaemon', 3],
        ['zero', 0],
      ],
    );
  });

  it('fails with ENOENT without IPVS, and finds it when it comes', () => {
    const { kernel, port } = bench({ family: undefined });
    assert.deepEqual(port.daemons(), { ok: false, error: { errno: ENOENT, text: '' } });
    assert.deepEqual(
      port.apply([{ op: 'flush' }]).map(({ errno }) => errno),
      [ENOENT],
    );
    kernel.family = 0x20;
    assert.deepEqual(rolesOf(port.daemons()), ['master', 'backup']);
  });

  it('follows IPVS to another number after its module was loaded again', () => {
    const { kernel, port } = bench();
    assert.deepEqual(rolesOf(port.daemons()), ['master', 'backup']);
    kernel.family = 0x1e;
    assert.deepEqual(
      port.apply([{ op: 'flush' }]).map(({ errno }) => errno),
      [0],
    );
    kernel.family = 0x1f;
    assert.deepEqual(rolesOf(port.daemons()), ['master', 'backup']);
  });
});
