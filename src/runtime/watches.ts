/**
 * Sockets that the engine reads for this process, by the numbers it calls them by. In: which instance waits
 * on which socket, and what the engine hands up. Out: packets on these sockets; a socket without anybody who
 * waits is read here again.
 */
import type { EngineAnswer } from '../engine/wire.ts';
import type { VrrpSocket } from '../ports/net.ts';
import { receivedElsewhere } from './receive.ts';

interface Watch {
  readonly id: number;
  readonly socket: VrrpSocket;
  readonly instances: Set<string>;
}

export class Watches {
  readonly #byId = new Map<number, Watch>();
  readonly #bySocket = new Map<VrrpSocket, Watch>();
  readonly #byInstance = new Map<string, Watch>();
  #lastId = 0;

  get empty(): boolean {
    return this.#byId.size === 0;
  }

  /** The number of its socket, which is read elsewhere from now on. */
  join(instance: string, socket: VrrpSocket): number {
    const known = this.#bySocket.get(socket);
    const watch = known ?? { id: ++this.#lastId, socket, instances: new Set() };
    if (known === undefined) {
      this.#byId.set(watch.id, watch);
      this.#bySocket.set(socket, watch);
      socket.reading(false);
    }
    watch.instances.add(instance);
    this.#byInstance.set(instance, watch);
    return watch.id;
  }

  /** Returns the number when it was the last one; then nobody should read the socket elsewhere any more. */
  leave(instance: string): number | undefined {
    const watch = this.#byInstance.get(instance);
    this.#byInstance.delete(instance);
    watch?.instances.delete(instance);
    if (watch === undefined || watch.instances.size > 0) return undefined;
    this.#bySocket.delete(watch.socket);
    return watch.id;
  }

  /** Everything that was read elsewhere under this number has been delivered. */
  release(id: number): void {
    const socket = this.#byId.get(id)?.socket;
    this.#byId.delete(id);
    // It may have been given away again.
    if (socket !== undefined && !this.#bySocket.has(socket)) socket.reading(true);
  }

  deliver({ watch, atUs, name, control, data }: Extract<EngineAnswer, { readonly type: 'packet' }>): void {
    const socket = this.#byId.get(watch)?.socket;
    if (socket === undefined) return;
    const { family } = socket.spec;
    socket.deliver(receivedElsewhere(family, { bytes: data, sender: name, control, atUs }));
  }

  /** Nobody else reads anything any more. */
  clear(): void {
    for (const { socket } of this.#byId.values()) socket.reading(true);
    this.#byId.clear();
    this.#bySocket.clear();
    this.#byInstance.clear();
  }
}
