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
  /** So many takeovers are on their way: what came after them has to wait. */
  blocks: number;
}

type Packet = Extract<EngineAnswer, { readonly type: 'packet' }>;

/** The bytes of a packet are in a buffer that the next message overwrites. */
export const copyOf = (packet: Packet): Packet => ({
  ...packet,
  name: packet.name.slice(),
  control: packet.control.slice(),
  data: packet.data.slice(),
});

function handOver(socket: VrrpSocket, { atUs, name, control, data }: Packet): void {
  socket.deliver(receivedElsewhere(socket.spec.family, { bytes: data, sender: name, control, atUs }));
}

export class Watches {
  readonly #byId = new Map<number, Watch>();
  readonly #bySocket = new Map<VrrpSocket, Watch>();
  readonly #byInstance = new Map<string, Watch>();
  #lastId = 0;
  /** In order. */
  #waiting: { readonly watch: Watch; readonly packet: Packet }[] = [];
  #lastNumber = 0;

  get empty(): boolean {
    return this.#byId.size === 0;
  }

  /** The number of its socket, which is read elsewhere from now on. */
  join(instance: string, socket: VrrpSocket): number {
    const known = this.#bySocket.get(socket);
    const watch = known ?? { id: ++this.#lastId, socket, instances: new Set(), blocks: 0 };
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
    const watch = this.#byId.get(id);
    const socket = watch?.socket;
    if (watch !== undefined) this.#deliverWaiting((waiting) => waiting === watch);
    this.#byId.delete(id);
    // It may have been given away again.
    if (socket !== undefined && !this.#bySocket.has(socket)) socket.reading(true);
  }

  deliver(packet: Packet): void {
    this.#lastNumber = packet.number;
    const watch = this.#byId.get(packet.watch);
    if (watch === undefined) return;
    if (watch.blocks > 0) this.#waiting.push({ watch, packet: copyOf(packet) });
    else handOver(watch.socket, packet);
  }

  /** Number of the last packet up to which all have been delivered. */
  get judged(): number {
    const first = this.#waiting[0]?.packet.number;
    return first === undefined ? this.#lastNumber : (first - 1) >>> 0;
  }

  /** Keeps what comes for an instance until the end of the block that it returns. */
  block(instance: string): (() => void) | undefined {
    const watch = this.#byInstance.get(instance);
    if (watch === undefined) return undefined;
    watch.blocks += 1;
    return () => {
      watch.blocks -= 1;
      this.#deliverWaiting(({ blocks }) => blocks === 0);
    };
  }

  #deliverWaiting(ready: (watch: Watch) => boolean): void {
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(({ watch }) => !ready(watch));
    for (const { watch, packet } of waiting) if (ready(watch)) handOver(watch.socket, packet);
  }

  /** Nobody else reads anything any more. */
  clear(): void {
    this.#deliverWaiting(() => true);
    this.#lastNumber = 0;
    for (const { socket } of this.#byId.values()) socket.reading(true);
    this.#byId.clear();
    this.#bySocket.clear();
    this.#byInstance.clear();
  }
}
