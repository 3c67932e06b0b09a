/**
 * The addresses that interfaces of our own send from. In: those interfaces, the addresses of the interfaces
 * below them. Out: one link-local address on each, deprecated so that nothing else picks it. It is that of
 * the interface below, followed when it goes, or made from its MAC address where it has none (seen with
 * 2.2.7). On an ipvlan it is the one that use_ipvlan names.
 */
import { type AddressSpec, IFA_F_TENTATIVE, isOn, type Kernel, type KernelOp } from '../ports/kernel.ts';
import { formatAddress, isLinkLocal6, sameAddress } from '../wire/address.ts';
import type { VirtualAddress } from './config.ts';
import type { OwnLink } from './own-link-plan.ts';
import type { Log } from './running.ts';

const EEXIST = 17;
const EADDRNOTAVAIL = 99;
const IFA_F_NODAD = 0x02;
const LINK_LOCAL_PREFIX = 64;

export type LinkLocals = ReturnType<typeof linkLocals>;

/** fe80::/64 with the modified EUI-64 of a MAC address (RFC 4291 appendix A). */
export function linkLocalOf(mac: Uint8Array): Uint8Array {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac;
  return Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, a ^ 2, b, c, 0xff, 0xfe, d, e, f);
}

interface Held {
  readonly ifindex: number;
  readonly address: Uint8Array;
  readonly gone: boolean;
}

export function linkLocals(kernel: Kernel, log: Log) {
  /** By name of the interface. `gone`: the kernel took it off, as it does where one is switched off. */
  const held = new Map<string, Held>();

  /** Of the interface below: the one in use as long as it is there. While it is down it tells nothing. */
  function wanted(link: OwnLink, virtual: readonly VirtualAddress[]): Uint8Array | undefined {
    const base = kernel.linkByName(link.base);
    const current = held.get(link.name)?.address;
    if (base === undefined) return current;
    const own = kernel
      .addresses(base.index)
      .filter(
        ({ address, flags }) =>
          isLinkLocal6(address) &&
          (flags & IFA_F_TENTATIVE) === 0 &&
          !virtual.some((vip) => sameAddress(vip.address, address)),
      );
    if (current !== undefined && own.some(({ address }) => sameAddress(address, current))) return current;
    return own[0]?.address ?? (base.up || current === undefined ? linkLocalOf(base.mac) : current);
  }

  function specOf(link: OwnLink, ifindex: number, address: Uint8Array): AddressSpec {
    const six = address.length === 16;
    const mine = link.address;
    return {
      ifindex,
      family: six ? 6 : 4,
      address,
      prefix: mine?.prefix ?? LINK_LOCAL_PREFIX,
      scope: 0,
      flags: six ? IFA_F_NODAD : 0,
      ...(six ? { preferredLft: 0 } : {}),
    };
  }

  function change(link: OwnLink, ifindex: number, address: Uint8Array): boolean {
    const before = held.get(link.name);
    const ops: KernelOp[] = [];
    if (before?.ifindex === ifindex && !before.gone) {
      if (sameAddress(before.address, address)) return false;
      ops.push({ op: 'removeAddress', spec: specOf(link, ifindex, before.address) });
    }
    ops.push({ op: 'addAddress', spec: specOf(link, ifindex, address) });
    held.set(link.name, { ifindex, address, gone: false });
    for (const { op, errno, sequence, text } of kernel.apply(ops)) {
      if (errno === 0 || errno === EADDRNOTAVAIL || (op.op === 'addAddress' && errno === EEXIST)) continue;
      log('netlink-error', [errno, 'RTM_NEWADDR(20)', sequence, 0]);
      if (text !== '') log('address-refused', [formatAddress(address), link.name, text]);
    }
    return true;
  }

  return {
    /** Returns whether anything was changed. */
    follow(links: readonly OwnLink[], virtual: readonly VirtualAddress[]): boolean {
      let changed = false;
      for (const link of links) {
        const there = kernel.linkByName(link.name);
        if (there === undefined) continue;
        if (held.get(link.name)?.gone && !isOn(there)) continue;
        const address = link.address?.address ?? (link.linkLocal ? wanted(link, virtual) : undefined);
        if (address !== undefined && change(link, there.index, address)) changed = true;
      }
      return changed;
    },

    /** The one that this interface has. */
    of: (name: string): Uint8Array | undefined => held.get(name)?.address,

    /** An address is gone from this interface. Returns whether it was the one. */
    lost(name: string, address: Uint8Array): boolean {
      const one = held.get(name);
      if (one === undefined || !sameAddress(one.address, address)) return false;
      held.set(name, { ...one, gone: true });
      return true;
    },

    forget(name: string): void {
      held.delete(name);
    },
  };
}
