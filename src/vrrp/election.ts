/** Who wins (RFC 9568 §6.4.3): higher priority, then the higher sender address in network order. */
import { compareAddresses } from '../wire/address.ts';
import type { ReceivedAdvert } from './events.ts';

export function beatsUs(
  advert: ReceivedAdvert,
  ourPriority: number,
  ourAddress: Uint8Array | undefined,
): boolean {
  if (advert.priority !== ourPriority) return advert.priority > ourPriority;
  return ourAddress === undefined || compareAddresses(advert.source, ourAddress) > 0;
}
