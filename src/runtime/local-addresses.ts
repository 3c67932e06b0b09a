/** The LocalAddresses port: the kernel's addresses by netlink, from the moment that somebody asks. */
import type { KernelAddress } from '../ports/kernel.ts';
import type { LocalAddresses } from '../ports/local-addresses.ts';
import { addressKey } from '../wire/address.ts';
import { createKernel, type LinuxKernel } from './kernel-linux.ts';
import type { Loop } from './loop.ts';

interface Known {
  readonly address: Uint8Array;
  readonly interfaces: Set<number>;
}

export function createLocalAddresses(loop: Loop): LocalAddresses & { close(): void } {
  let known = new Map<string, Known>();
  let kernel: LinuxKernel | undefined;

  function add({ address, ifindex }: KernelAddress): void {
    const key = addressKey(address);
    const one = known.get(key) ?? { address, interfaces: new Set() };
    one.interfaces.add(ifindex);
    known.set(key, one);
  }

  function remove({ address, ifindex }: KernelAddress): void {
    const key = addressKey(address);
    const one = known.get(key);
    one?.interfaces.delete(ifindex);
    if (one?.interfaces.size === 0) known.delete(key);
  }

  function reread(from: LinuxKernel): void {
    known = new Map();
    for (const { index } of from.links()) for (const address of from.addresses(index)) add(address);
  }

  return {
    watch(changed) {
      if (kernel !== undefined) return true;
      const made = createKernel(loop);
      if (!made.ok) return false;
      const started = made.value;
      kernel = started;
      reread(started);
      started.subscribe((event) => {
        if (event.event === 'resync') {
          const before = known;
          reread(started);
          for (const [key, { address }] of before) if (!known.has(key)) changed(address, false);
          for (const [key, { address }] of known) if (!before.has(key)) changed(address, true);
        } else if (event.event === 'address' || event.event === 'addressGone') {
          const key = addressKey(event.address.address);
          const before = known.has(key);
          if (event.event === 'address') add(event.address);
          else remove(event.address);
          const now = known.has(key);
          if (now !== before) changed(event.address.address, now);
        }
      });
      return true;
    },
    has: (address) => known.has(addressKey(address)),
    close: () => kernel?.close(),
  };
}
