/** Addresses inside the lines of routes and rules: with or without a prefix length, and what is said. */
import { type Address, parseAddress } from '../codecs/address.ts';
import { readInteger } from '../codecs/numbers.ts';

type Say = (text: string) => void;

/** The length behind the slash; a bad one is said and replaced. Looked at before the address itself. */
export function readPrefixLength(word: string, testing: boolean, say: Say): number {
  const slash = word.indexOf('/');
  const colon = word.indexOf(':');
  const most = colon >= 0 && (slash < 0 || colon < slash) ? 128 : 32;
  if (slash < 0) return most;
  const length = word.slice(slash + 1);
  const { value, complaint } = readInteger(length, { min: 0, max: most, lenient: true }, { testing });
  if (complaint !== undefined) say(complaint);
  if (value !== undefined) return value;
  say(`Invalid address prefix len ${length} for address ${word} - using ${most}`);
  return most;
}

export interface Prefix {
  readonly address: Address;
  readonly prefix: number;
}

export function readPrefix(word: string, testing: boolean, say: Say): Prefix | undefined {
  // An empty length, as in `10.0.0.0/`, counts as 0 (observed on 2.2.7).
  const prefix = readPrefixLength(word, testing, say);
  const slash = word.indexOf('/');
  const address = parseAddress(slash < 0 ? word : word.slice(0, slash));
  if (address) return { address, prefix };
  say(`VRRP parsed invalid IP ${word}. skipping IP...`);
  return undefined;
}

/** An address that may not have a prefix length. */
export function readHost(word: string, say: Say): Address | undefined {
  const address = parseAddress(word);
  if (!address) say(`VRRP parsed invalid IP ${word}. skipping IP...`);
  return address;
}
