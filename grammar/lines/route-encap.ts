/**
 * `encap TYPE …` of a route or a next hop. After a mistake the reader stands on the option at fault, which
 * the route then reads as one of its own; that is how upstream goes on (observed on 2.2.7).
 */
import { readIlaLocator, readMplsLabels, readNamed, readUint64 } from '../codecs/kernel-values.ts';
import { readHost } from './line-address.ts';
import type { Encapsulation } from './route-draft.ts';
import type { WordReader } from './word-reader.ts';

type Tunnel = Extract<Encapsulation, { kind: 'ip' | 'ip6' }>;

/** False = the value is refused and the reason has been said. */
type TunnelOption = (reader: WordReader, tunnel: Tunnel, value: string) => boolean;

const MAX_FLAGS = 65_535;

const id: TunnelOption = (reader, tunnel, value) => {
  const number = reader.accept(readUint64(value));
  if (number !== undefined) tunnel.id = number;
  else if (tunnel.kind === 'ip') reader.say(`encap id ${value} value is invalid`);
  else reader.say(`id ${value} value invalid for IPv6 encapsulation`);
  return number !== undefined;
};

const endpoint =
  (key: 'source' | 'destination', label: string): TunnelOption =>
  (reader, tunnel, value) => {
    const address = readHost(value, (text) => reader.say(text));
    const family = tunnel.kind === 'ip' ? 4 : 6;
    if (!address) reader.say(`Invalid encap ${tunnel.kind} ${label} ${value}`);
    else if (address.family !== family) {
      reader.say(`IPv${address.family} address ${value} not valid for ${tunnel.kind} encapsulation`);
    } else tunnel[key] = address.bytes;
    return address?.family === family;
  };

const trafficClass: TunnelOption = (reader, tunnel, value) => {
  const tos = readNamed(reader.session.facts, 'rt_dsfield', value, 255);
  if (tos !== undefined) tunnel.tos = tos;
  else if (tunnel.kind === 'ip') reader.say(`dsfield ${value} not valid for ip encapsulation`);
  // Upstream names the keyword here instead of the value.
  else reader.say(`tc value ${reader.peek() ?? ''} is invalid for ip6 encapsulation`);
  return tos !== undefined;
};

const hopLimit: TunnelOption = (reader, tunnel, value) => {
  const limit = reader.integer(value, { min: 0, max: 255 });
  if (limit !== undefined) tunnel.hopLimit = limit;
  else if (tunnel.kind === 'ip') reader.say(`ttl ${value} is not valid for ip encapsulation`);
  else reader.say(`Invalid hoplimit ${value} specified for ip6 encapsulation`);
  return limit !== undefined;
};

const flags: TunnelOption = (reader, tunnel, value) => {
  const bits = reader.integer(value, { min: 0, max: MAX_FLAGS });
  if (bits !== undefined) tunnel.flags = bits;
  else reader.say(`flags ${value} is not valid for ${tunnel.kind} encapsulation`);
  return bits !== undefined;
};

const common = { id, dst: endpoint('destination', 'dst'), src: endpoint('source', 'src'), flags };

export const tunnelOptions: Readonly<Record<Tunnel['kind'], Readonly<Record<string, TunnelOption>>>> = {
  ip: { ...common, tos: trafficClass, dsfield: trafficClass, ttl: hopLimit },
  ip6: { ...common, tc: trafficClass, tos: trafficClass, dsfield: trafficClass, hoplimit: hopLimit },
};

function readTunnel(reader: WordReader, kind: Tunnel['kind']): Tunnel | undefined {
  const tunnel: Tunnel = { kind };
  for (;;) {
    const keyword = reader.peek() ?? '';
    const value = reader.peek(1);
    const options = tunnelOptions[kind];
    const option = Object.hasOwn(options, keyword) ? options[keyword] : undefined;
    if (!option || value === undefined) break;
    if (!option(reader, tunnel, value)) return undefined;
    reader.at += 2;
  }
  if (tunnel.id !== undefined || tunnel.destination !== undefined) return tunnel;
  reader.say(`address or id missing for ${kind} encapsulation`);
  return undefined;
}

/** Undefined = no encapsulation; what was wrong has been said and the route goes on without. */
export function readEncapsulation(reader: WordReader): Encapsulation | undefined {
  const kind = reader.peek();
  if (kind === undefined) {
    reader.say('Missing encap type');
    return undefined;
  }
  reader.at++;
  if (kind === 'ip' || kind === 'ip6') return readTunnel(reader, kind);
  const value = reader.peek();
  reader.at++;
  if (kind === 'mpls') {
    if (value === undefined) reader.say('missing address for MPLS encapsulation');
    const labels = value === undefined ? undefined : readMplsLabels(value);
    if (value !== undefined && labels === undefined) {
      reader.say(`invalid mpls address ${value} for encapsulation`);
    }
    return labels === undefined ? undefined : { kind, labels };
  }
  if (kind === 'ila') {
    if (value === undefined) reader.say('missing locator for ILA encapsulation');
    const locator = value === undefined ? undefined : readIlaLocator(value);
    if (value !== undefined && locator === undefined) {
      reader.say(`invalid locator ${value} for ila encapsulation`);
    }
    return locator === undefined ? undefined : { kind, locator };
  }
  // The word after an unknown type is skipped too.
  reader.say(`Unknown encap type - ${kind}`);
  return undefined;
}
