/** One network interface of a simulated node: its link, its LAN and the buffer of its socket. */
import type { Link } from '../ports/kernel.ts';
import type { Received } from '../ports/net.ts';
import type { Lan, Port } from './lan.ts';
import type { Process } from './world.ts';

/** Kernels number interfaces from 1, which is `lo`. */
export const FIRST_INDEX = 2;

export class Nic implements Port {
  readonly name: string;
  readonly lan: Lan;
  readonly #process: Process;
  #link: Link;
  #queue: Received[] = [];
  onPacket: ((packet: Received) => void) | undefined;
  /** Reads in the place of the process, whatever that does. */
  reader: ((packet: Received) => void) | undefined;

  constructor(lan: Lan, owner: string, number: number, host: number, process: Process) {
    this.name = owner;
    this.lan = lan;
    this.#process = process;
    this.#link = {
      index: FIRST_INDEX + number,
      name: `eth${number}`,
      up: true,
      flags: 0x1043,
      loopback: false,
      multicast: true,
      mtu: 1500,
      mac: new Uint8Array([2, 0, 0, 0, number, host]),
      type: 1,
      kind: 'veth',
      lowerIndex: 0,
      masterIndex: 0,
    };
    lan.attach(this);
  }

  get link(): Link {
    return this.#link;
  }

  setUp(up: boolean): void {
    this.#link = { ...this.#link, up };
  }

  connected(): boolean {
    return this.#link.up;
  }

  /** The socket buffer fills whether or not the process runs; reading happens when it does. */
  deliver(packet: Received): void {
    if (!this.#process.alive) return;
    if (this.reader !== undefined) {
      this.reader({ ...packet, ifindex: this.#link.index, atUs: this.#process.now() });
      return;
    }
    this.#queue.push({ ...packet, ifindex: this.#link.index });
    this.#process.wake(() => this.drain());
  }

  drain(): void {
    for (let packet = this.#queue.shift(); packet !== undefined; packet = this.#queue.shift()) {
      this.onPacket?.({ ...packet, atUs: this.#process.now() });
    }
  }
}
