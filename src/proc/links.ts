/** The interfaces of this network namespace, for whoever reads a configuration and runs nothing. */
import type { KernelAddress, Link } from '../ports/kernel.ts';
import { createKernel } from '../runtime/kernel-linux.ts';
import { createLoop } from '../runtime/loop.ts';

export interface Interfaces {
  readonly links: readonly Link[];
  readonly addresses: readonly KernelAddress[];
}

/** By one netlink dump; none where netlink is refused, which the child reports properly. */
export function currentInterfaces(): Interfaces {
  const loop = createLoop();
  const kernel = createKernel(loop);
  const links = kernel.ok ? [...kernel.value.links()] : [];
  const addresses = kernel.ok ? links.flatMap(({ index }) => kernel.value.addresses(index)) : [];
  if (kernel.ok) kernel.value.close();
  loop.close();
  return { links, addresses };
}

export const currentLinks = (): readonly Link[] => currentInterfaces().links;
