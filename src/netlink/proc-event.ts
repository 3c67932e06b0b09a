/**
 * Messages of the process events connector (linux/connector.h, linux/cn_proc.h). In: bytes of a datagram.
 * Out: what happened to which process; threads are no processes and are left out.
 */
import type { ProcessEvent } from '../ports/processes.ts';
import { concat, u16, u32, u32Bytes } from './bytes.ts';
import { NLMSG_DONE } from './constants.ts';
import { headerLength, type Message } from './message.ts';

const CONNECTOR_HEADER = 20;
const EVENT_HEADER = 16;
const PROC_EVENT_NONE = 0;
const PROC_EVENT_FORK = 1;
const PROC_EVENT_EXEC = 2;
const PROC_EVENT_COMM = 0x200;
const PROC_EVENT_EXIT = 0x8000_0000;

/** `operation` is PROC_CN_MCAST_LISTEN or _IGNORE; `index` and `value` name the connector. */
export function listenRequest(operation: number, index: number, value: number): Uint8Array {
  const payload = concat([u32Bytes(index, value, 0, 0, 4), u32Bytes(operation)]);
  return concat([u32Bytes(headerLength + payload.length, NLMSG_DONE, 0, 0), payload]);
}

export function parseProcessEvent({ payload }: Message): ProcessEvent | undefined {
  const event = payload.subarray(CONNECTOR_HEADER, CONNECTOR_HEADER + u16(payload, 16));
  if (event.length < EVENT_HEADER) return undefined;
  const word = (at: number): number => u32(event, EVENT_HEADER + 4 * at);
  const pid = word(0);
  const isProcess = pid === word(1);
  switch (u32(event)) {
    case PROC_EVENT_NONE:
      return { event: 'listening' };
    case PROC_EVENT_FORK:
      // Parent and child, each as a thread and as its process.
      return word(2) === word(3) ? { event: 'fork', parent: word(1), pid: word(3) } : undefined;
    case PROC_EVENT_EXEC:
      return { event: 'renamed', pid: word(1) };
    case PROC_EVENT_COMM:
      return isProcess ? { event: 'renamed', pid } : undefined;
    case PROC_EVENT_EXIT:
      return isProcess ? { event: 'exit', pid } : undefined;
    default:
      return undefined;
  }
}
