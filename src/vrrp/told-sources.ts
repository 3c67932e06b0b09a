/**
 * What the log was told of the addresses that interfaces speak from. Upstream tells of the first one that an
 * interface gets and of the last one that it loses, by family, and of none in between (seen with 2.2.7). In:
 * addresses that came and went. Out: whether that is to be told.
 */
import { IFA_F_SECONDARY, type KernelAddress } from '../ports/kernel.ts';
import { isLinkLocal6 } from '../wire/address.ts';

/** An advert may come from primary IPv4 and link-local IPv6 addresses. */
export const couldBeSource = ({ family, address, flags }: KernelAddress): boolean =>
  family === 4 ? (flags & IFA_F_SECONDARY) === 0 : isLinkLocal6(address);

export interface LinkAddresses {
  readonly index: number;
  readonly addresses: readonly KernelAddress[];
}

export class ToldSources {
  /** Interface and family, with whether there was an address when it was last looked at. */
  readonly #had = new Map<string, boolean>();

  constructor(links: Iterable<LinkAddresses>) {
    for (const { index, addresses } of links) {
      for (const { family } of addresses.filter(couldBeSource)) this.#had.set(`${index}/${family}`, true);
    }
  }

  /** `others`: the addresses of the interface as they are by now, without virtual ones. */
  isNews(
    event: 'address' | 'addressGone',
    address: KernelAddress,
    others: readonly KernelAddress[],
  ): boolean {
    const { family, ifindex } = address;
    const sources = others.filter((one) => one.family === family && couldBeSource(one));
    const key = `${ifindex}/${family}`;
    const before = this.#had.get(key) ?? false;
    const has = sources.length > 0;
    this.#had.set(key, has);
    return before !== has && has === (event === 'address');
  }

  forget(ifindex: number): void {
    for (const family of [4, 6]) this.#had.delete(`${ifindex}/${family}`);
  }
}

/** The first one of each family, which stands for the interface. */
export function firstSources(addresses: readonly KernelAddress[]): KernelAddress[] {
  return [4, 6].flatMap(
    (family) => addresses.find((one) => one.family === family && couldBeSource(one)) ?? [],
  );
}
