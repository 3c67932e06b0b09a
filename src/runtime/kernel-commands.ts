/**
 * One rtnetlink socket for requests and dumps. In: operations and how each is written. Out: what the kernel
 * answered to each.
 */
import { type Ack, acknowledgeLast, parseAck } from '../netlink/ack.ts';
import { i32 } from '../netlink/bytes.ts';
import { NLM_F_DUMP_INTR, NLMSG_DONE } from '../netlink/constants.ts';
import type { Message } from '../netlink/message.ts';
import { createMessageWriter, type MessageWriter } from '../netlink/writer.ts';
import { EAGAIN, EIO, ENOBUFS } from './errno.ts';
import type { NetlinkSocket } from './netlink-socket.ts';

/** Requests per send: should all of them fail, their errors have to fit in the receive buffer together. */
const batchSize = 256;

interface Answer<Op> {
  readonly op: Op;
  readonly errno: number;
  readonly text: string;
  readonly sequence: number;
}

type WriteOne<Op> = (writer: MessageWriter, op: Op, seq: number) => void;

export type Commands = ReturnType<typeof createCommands>;

/** Requests and dumps. rtnetlink answers inside the system call, so reading until EAGAIN reads everything. */
export function createCommands(socket: NetlinkSocket) {
  let lastSeq = 0;
  const nextSeq = (): number => {
    lastSeq = (lastSeq + 1) >>> 0;
    return lastSeq;
  };

  function batch<Op>(ops: readonly Op[], writeOne: WriteOne<Op>): Answer<Op>[] {
    const requests = ops.map((op) => ({ op, seq: nextSeq() }));
    const writer = createMessageWriter();
    for (const { op, seq } of requests) writeOne(writer, op, seq);
    const sent = socket.send(acknowledgeLast(writer.bytes()));
    if (sent < 0) {
      return requests.map(({ op, seq }) => ({ op, errno: -sent, text: 'sendmsg', sequence: seq }));
    }
    const acks = new Map<number, Ack>();
    let lost = EIO;
    for (let result = 0; result !== -EAGAIN; ) {
      result = socket.receive((message) => {
        const ack = parseAck(message);
        if (ack !== undefined) acks.set(ack.seq, ack);
      });
      if (result === -ENOBUFS) lost = ENOBUFS;
      else if (result < 0) break;
    }
    const complete = lost === EIO && acks.has(requests.at(-1)?.seq ?? 0);
    return requests.map(({ op, seq }) => {
      const ack = acks.get(seq);
      if (ack === undefined && complete) return { op, errno: 0, text: '', sequence: seq };
      return ack === undefined
        ? { op, errno: lost, text: 'the kernel did not acknowledge the request', sequence: seq }
        : { op, errno: ack.errno, text: ack.text, sequence: seq };
    });
  }

  /** The answers are in the order of the requests. `written` is told of every batch that has left. */
  function inBatches<Op>(
    ops: readonly Op[],
    writeOne: WriteOne<Op>,
    written: (count: number) => void = () => undefined,
  ): Answer<Op>[] {
    const answers: Answer<Op>[] = [];
    for (let at = 0; at < ops.length; at += batchSize) {
      const some = ops.slice(at, at + batchSize);
      answers.push(...batch(some, writeOne));
      written(some.length);
    }
    return answers;
  }

  /** Returns 0, minus errno, or -EAGAIN when the kernel's tables changed during the dump. */
  function dump(request: (seq: number) => Uint8Array, take: (message: Message) => void): number {
    const seq = nextSeq();
    const sent = socket.send(request(seq));
    if (sent < 0) return sent;
    let outcome: number | undefined;
    let interrupted = false;
    while (outcome === undefined) {
      const result = socket.receive((message) => {
        if (message.seq !== seq) return;
        if ((message.flags & NLM_F_DUMP_INTR) !== 0) interrupted = true;
        const ack = parseAck(message);
        if (ack !== undefined) outcome = -ack.errno;
        else if (message.type === NLMSG_DONE) outcome = Math.min(0, i32(message.payload));
        else take(message);
      });
      if (result < 0) return result === -EAGAIN ? -EIO : result;
    }
    return outcome === 0 && interrupted ? -EAGAIN : outcome;
  }

  return { inBatches, dump };
}
