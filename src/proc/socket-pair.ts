/** Sockets that two children share. In: nothing. Out: both ends, which the parent keeps and hands to each. */
import { closeSync } from 'node:fs';
import type { NetError } from '../ports/net.ts';
import { ok, type Result } from '../result.ts';
import { createEventPair } from '../runtime/event-socket.ts';

/** Two ends that stay open in the parent, for successors of whoever uses them. */
export interface SocketPair {
  readonly ownerEnd: number;
  readonly otherEnd: number;
}

export function openSocketPair(): Result<SocketPair, NetError> {
  const made = createEventPair();
  return made.ok ? ok({ ownerEnd: made.value[0], otherEnd: made.value[1] }) : made;
}

export function closeSocketPair({ ownerEnd, otherEnd }: SocketPair): void {
  closeSync(ownerEnd);
  closeSync(otherEnd);
}
