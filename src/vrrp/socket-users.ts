/**
 * The instances on a socket. In: who comes and goes. Out: who a packet is for, and how much the receive
 * buffer has to hold.
 */

/** What an instance asks of the receive buffer; absent = the system's own size will do. */
export interface Wish {
  readonly vrid: number;
  readonly bytes: number | undefined;
}

/**
 * So many instances, each with three adverts waiting, fit in the system's default of 212 992 bytes: the
 * kernel counts 768 bytes for an advert. With more, a burst of a master of all of them would lose some.
 */
const FIT_BY_DEFAULT = 90;
const ADVERTS_BYTES = 3 * 768;

export class SocketUsers {
  readonly #wishes = new Map<string, Wish>();
  /** A packet finds its own without asking a thousand. */
  readonly #byVrid = new Map<number, Set<string>>();
  #wishedBytes = 0;
  #wishing = 0;

  get wishedBytes(): number {
    return this.#wishedBytes;
  }

  get size(): number {
    return this.#wishes.size;
  }

  get names(): string[] {
    return [...this.#wishes.keys()];
  }

  /** The one that has been here for longest. */
  get first(): string | undefined {
    return this.#wishes.keys().next().value;
  }

  set(instance: string, wish: Wish): void {
    this.delete(instance);
    this.#wishes.set(instance, wish);
    this.#byVrid.set(wish.vrid, (this.#byVrid.get(wish.vrid) ?? new Set()).add(instance));
    this.#count(wish, 1);
  }

  delete(instance: string): void {
    const wish = this.#wishes.get(instance);
    if (wish === undefined) return;
    this.#wishes.delete(instance);
    const others = this.#byVrid.get(wish.vrid);
    others?.delete(instance);
    if (others?.size === 0) this.#byVrid.delete(wish.vrid);
    this.#count(wish, -1);
  }

  #count({ bytes }: Wish, sign: 1 | -1): void {
    if (bytes === undefined) return;
    this.#wishedBytes += sign * bytes;
    this.#wishing += sign;
  }

  /** As they were when the question was asked: a packet may make one leave. */
  of(vrid: number): readonly string[] {
    return [...(this.#byVrid.get(vrid) ?? [])];
  }

  /** Who else has the VRID of this one. */
  beside(instance: string): readonly string[] {
    const vrid = this.#wishes.get(instance)?.vrid;
    return vrid === undefined ? [] : this.of(vrid).filter((other) => other !== instance);
  }

  /** The sum of what was asked for (seen with 2.2.7); absent = nothing has to be done. */
  get bufferBytes(): { readonly bytes: number; readonly force: boolean } | undefined {
    if (this.#wishing > 0) return { bytes: this.#wishedBytes, force: false };
    return this.size > FIT_BY_DEFAULT ? { bytes: this.size * ADVERTS_BYTES, force: true } : undefined;
  }
}
