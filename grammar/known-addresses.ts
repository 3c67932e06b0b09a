/** The addresses of a list so far, to find repeats. Most lists have one address; a few have thousands. */
import type { Address } from './codecs/address.ts';

/** IPv4 as a number, IPv6 as text. */
const keyOf = ({ family, bytes }: Address): number | string =>
  family === 6
    ? bytes.join('.')
    : ((bytes[0] ?? 0) << 24) | ((bytes[1] ?? 0) << 16) | ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);

export class KnownAddresses {
  #first: number | string | undefined;
  #others: Set<number | string> | undefined;

  has(address: Address): boolean {
    if (this.#first === undefined) return false;
    const key = keyOf(address);
    return key === this.#first || (this.#others?.has(key) ?? false);
  }

  add(address: Address): void {
    const key = keyOf(address);
    if (this.#first === undefined) {
      this.#first = key;
      return;
    }
    this.#others ??= new Set();
    this.#others.add(key);
  }
}
