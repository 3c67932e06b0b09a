/**
 * A typed channel between two parts of the daemon. Two versions keep the same promise (in order, never in the
 * caller's stack frame): over the IPC pipe of node:child_process, and in memory for tests.
 */

export interface Channel<Out, In> {
  /** False when the other side is gone; nothing is thrown. */
  send(message: Out): boolean;
  /** One listener; messages that came before it are delivered to it. */
  listen(onMessage: (message: In) => void, onClose: () => void): void;
  close(): void;
}

/** The part of ChildProcess, and of `process` in a child, that a channel needs. */
export interface IpcEnd {
  readonly connected?: boolean;
  send?(message: unknown, callback?: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
  disconnect?(): void;
}

/** Both sides are this same program, so messages are trusted to have their type. */
export function processChannel<Out, In>(end: IpcEnd): Channel<Out, In> {
  let waiting: In[] = [];
  let take = (message: In): unknown => waiting.push(message);
  let closed = false;
  let onClosed = (): void => undefined;
  end.on('message', (message) => take(message as In));
  end.on('disconnect', () => {
    closed = true;
    onClosed();
  });
  return {
    send(message) {
      if (end.connected !== true || end.send === undefined) return false;
      // A failed write means that the other side died, which its exit reports.
      end.send(message, () => undefined);
      return true;
    },
    listen(onMessage, onClose) {
      const came = waiting;
      waiting = [];
      for (const message of came) queueMicrotask(() => onMessage(message));
      take = onMessage;
      onClosed = onClose;
      if (closed) queueMicrotask(onClose);
    },
    close() {
      if (end.connected === true) end.disconnect?.();
    },
  };
}

interface MemoryEnd<In> {
  queue: In[];
  listener: ((message: In) => void) | undefined;
  onClose: (() => void) | undefined;
}

export function memoryChannel<A, B>(): [Channel<A, B>, Channel<B, A>] {
  const left: MemoryEnd<B> = { queue: [], listener: undefined, onClose: undefined };
  const right: MemoryEnd<A> = { queue: [], listener: undefined, onClose: undefined };
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    queueMicrotask(() => {
      left.onClose?.();
      right.onClose?.();
    });
  };
  const end = <Out, In>(own: MemoryEnd<In>, other: MemoryEnd<Out>): Channel<Out, In> => ({
    send(message) {
      if (!open) return false;
      // A copy, as a real pipe would make: neither side can change what the other one holds.
      const copy = structuredClone(message);
      queueMicrotask(() => {
        if (other.listener === undefined) other.queue.push(copy);
        else other.listener(copy);
      });
      return true;
    },
    listen(onMessage, onClose) {
      own.listener = onMessage;
      own.onClose = onClose;
      const waiting = own.queue;
      own.queue = [];
      for (const message of waiting) queueMicrotask(() => onMessage(message));
    },
    close,
  });
  return [end(left, right), end(right, left)];
}
