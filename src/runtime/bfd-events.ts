/** BFD sessions as another process knows them: the BfdEvents port over a socket that both inherited. */
import type { BfdEvent, BfdEvents } from '../ports/bfd-events.ts';
import { openEventSocket } from './event-socket.ts';
import type { Loop } from './loop.ts';

/** What a listener says to the BFD process. */
export interface BfdQuestion {
  readonly ask: 'states';
}

/** Without a descriptor nothing is ever heard, and every session stays down. */
export function createBfdEvents(loop: Loop, fd: number | undefined): BfdEvents {
  const listeners: ((event: BfdEvent) => void)[] = [];
  const socket =
    fd === undefined
      ? undefined
      : openEventSocket<BfdQuestion, BfdEvent>(loop, fd, (event) => {
          for (const listener of listeners) listener(event);
        });
  return {
    listen: (listener) => listeners.push(listener),
    ask: () => {
      if (socket?.ok) socket.value.send({ ask: 'states' });
    },
  };
}
