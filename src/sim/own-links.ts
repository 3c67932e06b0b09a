/**
 * Macvlans of a simulated node. In: link operations, the interfaces below. Out: links, which are up when they
 * were told to be and the interface below is. Frames go through the interface below.
 */
import type { Link, LinkOp, LinkResult } from '../ports/kernel.ts';
import type { Sysctl } from '../ports/sysctl.ts';

const FIRST_OWN_INDEX = 100;
const EEXIST = 17;
const ENODEV = 19;
const EADDRINUSE = 98;
const IFF_UP = 1;

export class SimOwnLinks {
  readonly #below: (index: number) => Link | undefined;
  readonly #links = new Map<string, Link>();
  #nextIndex = FIRST_OWN_INDEX;

  constructor(below: (index: number) => Link | undefined) {
    this.#below = below;
  }

  all(): Link[] {
    return [...this.#links.values()].map((link) => this.#asSeen(link));
  }

  named(name: string): Link | undefined {
    return this.all().find((link) => link.name === name);
  }

  on(index: number): Link[] {
    return this.all().filter((link) => link.lowerIndex === index);
  }

  clear(): void {
    this.#links.clear();
  }

  apply(op: LinkOp): LinkResult {
    return { op, errno: this.#change(op), text: '', sequence: 0 };
  }

  #asSeen(link: Link): Link {
    const up = (link.flags & IFF_UP) !== 0 && this.#below(link.lowerIndex)?.up === true;
    return { ...link, up };
  }

  #change(op: LinkOp): number {
    if (op.op === 'addLink') return this.#add(op);
    const link = this.#links.get(op.name);
    if (link === undefined) return ENODEV;
    if (op.op === 'removeLink') this.#links.delete(op.name);
    else if (op.op === 'reshapeLink') {
      this.#links.set(op.name, { ...link, mac: op.link.kind === 'macvlan' ? op.link.mac : link.mac });
    } else if (op.up) return this.#raise(link);
    return 0;
  }

  #add({ spec }: Extract<LinkOp, { op: 'addLink' }>): number {
    const base = this.#below(spec.lowerIndex);
    if (base === undefined) return ENODEV;
    if (this.#links.has(spec.name)) return EEXIST;
    this.#links.set(spec.name, {
      ...base,
      index: this.#nextIndex++,
      name: spec.name,
      flags: base.flags & ~IFF_UP,
      mac: spec.link.kind === 'macvlan' ? spec.link.mac : base.mac,
      kind: spec.link.kind,
      lowerIndex: spec.lowerIndex,
      mode: spec.link.kind === 'macvlan' ? 1 : 0,
    });
    return 0;
  }

  /** Two macvlans on one interface cannot be up with one MAC address, which is what the kernel says too. */
  #raise(link: Link): number {
    const twin = this.on(link.lowerIndex).some(
      (other) =>
        other.name !== link.name && (other.flags & IFF_UP) !== 0 && other.mac.join() === link.mac.join(),
    );
    if (twin) return EADDRINUSE;
    this.#links.set(link.name, { ...link, flags: link.flags | IFF_UP });
    return 0;
  }
}

/** Settings that are there as soon as somebody asks, and 0 at first. */
export class SimSysctl implements Sysctl {
  readonly values = new Map<string, number>();

  get(path: string): number {
    return this.values.get(path) ?? 0;
  }

  set(path: string, value: number): number {
    this.values.set(path, value);
    return 0;
  }
}
