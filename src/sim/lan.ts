/**
 * A LAN segment: what one node sends reaches every other attached node after a seeded delay, unless the
 * direction between the two is cut or the packet is lost. In: datagrams and frames. Out: deliveries, in order
 * for each direction.
 */
import type { Received } from '../ports/net.ts';
import { type Us, us } from '../units.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

type Arrived = Pick<Received, 'atUs' | 'ifindex'>;

/** `Content`: what a packet is before the LAN adds where and when it arrived. */
export interface Port<Content = Omit<Received, keyof Arrived>> {
  readonly name: string;
  /** False while the link is down: nothing goes in or out. */
  connected(): boolean;
  deliver(packet: Content & Arrived): void;
}

export interface LanOptions {
  readonly minDelayUs: number;
  readonly maxDelayUs: number;
}

export class Lan<Content = Omit<Received, keyof Arrived>> {
  readonly #world: World;
  readonly #random: Random;
  readonly #options: LanOptions;
  readonly #ports: Port<Content>[] = [];
  readonly #cut = new Set<string>();
  readonly #lastArrival = new Map<string, Us>();
  lossRate = 0;

  constructor(world: World, random: Random, options: LanOptions) {
    this.#world = world;
    this.#random = random;
    this.#options = options;
  }

  attach(port: Port<Content>): void {
    this.#ports.push(port);
  }

  /** Cuts or heals one direction. */
  setCut(from: string, to: string, cut: boolean): void {
    if (cut) this.#cut.add(`${from}>${to}`);
    else this.#cut.delete(`${from}>${to}`);
  }

  heal(): void {
    this.#cut.clear();
    this.lossRate = 0;
  }

  send(from: Port<Content>, packet: Content): void {
    if (!from.connected()) return;
    for (const port of this.#ports) {
      if (port === from || this.#cut.has(`${from.name}>${port.name}`)) continue;
      if (this.#random.chance(this.lossRate)) continue;
      this.#deliverLater(from, port, packet);
    }
  }

  #deliverLater(from: Port<Content>, port: Port<Content>, packet: Content): void {
    const delay = this.#random.int(this.#options.minDelayUs, this.#options.maxDelayUs);
    const key = `${from.name}>${port.name}`;
    const atUs = us(Math.max(this.#world.nowUs + delay, this.#lastArrival.get(key) ?? 0));
    this.#lastArrival.set(key, atUs);
    this.#world.at(atUs, () => {
      if (port.connected()) port.deliver({ ...packet, ifindex: 2, atUs });
    });
  }
}
