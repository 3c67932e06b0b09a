/** Whether two rounds are the same bytes to the same places. */
import type { Datagram } from '../ports/net.ts';
import { sameAddress } from '../wire/address.ts';

const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === undefined || b === undefined ? a === b : sameAddress(a, b);

export function sameDatagrams(left: readonly Datagram[], right: readonly Datagram[]): boolean {
  if (left.length !== right.length) return false;
  return left.every((one, at) => {
    const other = right[at];
    if (other === undefined || one.hopLimit !== other.hopLimit) return false;
    return (
      same(one.bytes, other.bytes) &&
      same(one.destination, other.destination) &&
      same(one.source, other.source)
    );
  });
}
