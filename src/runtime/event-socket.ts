/**
 * Small messages between two children without a way through the parent, which may be busy with a large
 * configuration: a pair of sockets that the parent makes and hands to both. In: plain data. Out: the same at
 * the other end, in order. A reader that lags loses messages rather than stall the writer.
 */
import type { NetError } from '../ports/net.ts';
import { fail, ok, type Result } from '../result.ts';
import { SOCK_SEQPACKET } from './constants.ts';
import type { Loop } from './loop.ts';
import { native } from './native.ts';

const MESSAGE_ROOM = 4096;

export interface EventSocket<Out> {
  /** False when it was not taken: nobody reads, or too slowly. */
  send(message: Out): boolean;
  close(): void;
}

/** The two ends as descriptors, for the `stdio` of children. They stay open here, for successors. */
export function createEventPair(): Result<readonly [number, number], NetError> {
  const ends = new Int32Array(2);
  const result = native.socketPair(SOCK_SEQPACKET, new Uint8Array(ends.buffer));
  if (result < 0) return fail({ call: 'socketpair', errno: -result });
  return ok([ends[0] ?? -1, ends[1] ?? -1]);
}

export function openEventSocket<Out, In>(
  loop: Loop,
  fd: number,
  take: (message: In) => void,
): Result<EventSocket<Out>, NetError> {
  const buffer = new Uint8Array(MESSAGE_ROOM);
  const lengths = new Int32Array(3);
  const text = new TextDecoder();
  const read = (): void => {
    for (;;) {
      const length = native.recvmsg(fd, buffer, null, null, 0, lengths);
      // The parent keeps both ends open, so an end of file only comes when everything ends.
      if (length <= 0) return;
      take(JSON.parse(text.decode(buffer.subarray(0, length))) as In);
    }
  };
  const watched = loop.watch(fd, read);
  if (watched < 0) return fail({ call: 'epoll_ctl', errno: -watched });
  return ok({
    send: (message) =>
      native.sendmsg(fd, new TextEncoder().encode(JSON.stringify(message)), null, null, 0) >= 0,
    close: () => {
      loop.unwatch(fd);
      native.close(fd);
    },
  });
}
