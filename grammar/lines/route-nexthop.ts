/** `nexthop … nexthop …` at the end of a route. A mistake ends the list, and the route stays. */
import { readRealms } from '../codecs/kernel-values.ts';
import { readHost } from './line-address.ts';
import type { NextHop, RouteDraft } from './route-draft.ts';
import { readEncapsulation } from './route-encap.ts';
import type { WordReader } from './word-reader.ts';

/** False ends the list. */
type HopOption = (reader: WordReader, route: RouteDraft, hop: NextHop) => boolean;

const via: HopOption = (reader, route, hop) => {
  let word = reader.take();
  if (word === 'inet' || word === 'inet6') {
    const family = word === 'inet' ? 4 : 6;
    if (route.family !== undefined && route.family !== family) {
      reader.say('IPv4/6 mismatch for nexthop');
      return false;
    }
    route.family = family;
    word = reader.take();
  }
  if (word === undefined) return false;
  const address = readHost(word, (text) => reader.say(text));
  if (!address) {
    reader.say(`invalid nexthop address ${word}`);
    return false;
  }
  route.family ??= address.family;
  if (route.family !== address.family) {
    reader.say('Address family mismatch for next hop');
    return false;
  }
  hop.via = address;
  return true;
};

export const hopOptions: Readonly<Record<string, HopOption>> = {
  via,
  dev: (reader, _route, hop) => {
    const word = reader.take();
    if (word === undefined) return false;
    if (!interfaceExists(reader, word)) return false;
    hop.dev = word;
    return true;
  },
  weight: (reader, _route, hop) => {
    const word = reader.take();
    if (word === undefined) return false;
    const weight = reader.integer(word, { min: 0, max: 256 });
    if (weight) hop.weight = weight;
    else reader.say(`Invalid weight ${word} specified for route`);
    return Boolean(weight);
  },
  onlink: (_reader, _route, hop) => {
    hop.onlink = true;
    return true;
  },
  encap: (reader, _route, hop) => {
    const encapsulation = readEncapsulation(reader);
    if (encapsulation) hop.encapsulation = encapsulation;
    return true;
  },
  realms: (reader, route, hop) => {
    const word = reader.take();
    if (word === undefined) return false;
    const realms = readRealms(reader.session.facts, word);
    if (realms === undefined) {
      reader.say(`Invalid realms ${word} for route`);
      return false;
    }
    if (route.family === 6) {
      reader.say('realms are only supported for IPv4');
      return false;
    }
    route.family = 4;
    hop.realms = realms;
    return true;
  },
  as: (reader) => {
    reader.say("'as [to]' (nat) not supported");
    return false;
  },
};

/** Says so, and answers false, when the interface must exist and does not. */
export function interfaceExists(reader: WordReader, name: string): boolean {
  const { session } = reader;
  if (session.facts.interface(name) || session.globals.values.dynamic_interfaces) return true;
  reader.say(`WARNING - interface ${name} for VROUTE nexthop doesn't exist`);
  session.missingInterface = true;
  return false;
}

/** The reader stands behind the first `nexthop`. */
export function readNextHops(reader: WordReader, route: RouteDraft): void {
  for (;;) {
    const hop: NextHop = {};
    route.nextHops.push(hop);
    for (;;) {
      const keyword = reader.peek();
      if (keyword === undefined || keyword === 'nexthop') break;
      const option = Object.hasOwn(hopOptions, keyword) ? hopOptions[keyword] : undefined;
      if (!option) {
        reader.say(`Route has trailing nonsense after nexthops - ${keyword}`);
        return;
      }
      reader.at++;
      if (!option(reader, route, hop)) return;
    }
    if (reader.peek() === undefined) return;
    reader.at++;
  }
}
