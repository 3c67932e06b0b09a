/**
 * Which host sent a frame. Its own MAC address says so; frames from a virtual MAC address, which several
 * routers share, belong to the router whose advert came from such an address last.
 */
import type { Frame } from './frames.ts';
import { type HostName, hostAddress } from './namespaces.ts';

const HOSTS: readonly HostName[] = ['a', 'b', 'c'];
const byMac = new Map(HOSTS.map((host) => [hostAddress(host).mac, host]));
const bySource = new Map(
  HOSTS.flatMap((host) => {
    const { ip4, ip6, linkLocal } = hostAddress(host);
    return [ip4, ip6, linkLocal].map((address) => [address, host] as const);
  }),
);

export class Senders {
  readonly #known = new WeakMap<Frame, HostName>();
  #read = 0;
  #speaker: HostName | undefined;

  /** `frames`: everything captured so far, the list that only grows. */
  of(frame: Frame, frames: readonly Frame[]): HostName | undefined {
    for (; this.#read < frames.length; this.#read++) {
      const next = frames[this.#read];
      if (next === undefined) continue;
      const own = byMac.get(next.sourceMac);
      if (own === undefined && next.kind === 'advert') this.#speaker = bySource.get(next.source);
      const host = own ?? this.#speaker;
      if (host !== undefined) this.#known.set(next, host);
    }
    return this.#known.get(frame);
  }
}

/** A virtual MAC address is worth a word in the story; whose it is goes without saying otherwise. */
export const isVirtualMac = (mac: string): boolean => !byMac.has(mac);
