/** Virtual routing and forwarding: the domain that an interface belongs to. */
import type { Link } from '../ports/kernel.ts';

/** The VRF that the interface is a part of, if any; bridges and bonds are no VRFs. */
export function vrfOf(
  { masterIndex }: Link,
  linkByIndex: (index: number) => Link | undefined,
): Link | undefined {
  const master = masterIndex === 0 ? undefined : linkByIndex(masterIndex);
  return master?.kind === 'vrf' ? master : undefined;
}
