/** The interfaces of this network namespace, for whoever reads a configuration and runs nothing. */
import type { Link } from '../ports/kernel.ts';
import { createKernel } from '../runtime/kernel-linux.ts';
import { createLoop } from '../runtime/loop.ts';

/** Interfaces by one netlink dump; none where netlink is refused, which the child reports properly. */
export function currentLinks(): readonly Link[] {
  const loop = createLoop();
  const kernel = createKernel(loop);
  const links = kernel.ok ? kernel.value.links() : [];
  if (kernel.ok) kernel.value.close();
  loop.close();
  return links;
}
