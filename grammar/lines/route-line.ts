/**
 * A line of static_routes and virtual_routes: a destination and named options in any order, read from a
 * table. In: the line's words; out: a draft, or nothing when the route has to go. Which mistakes drop the
 * route and which do not, and all texts: observed on 2.2.7.
 */
import type { Family } from '../../src/units.ts';
import type { Address } from '../codecs/address.ts';
import { readBounded, readNamed, readRealms, readRouteTime, readTable } from '../codecs/kernel-values.ts';
import type { IntegerOptions } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import { LOG_ONLY, type Session } from '../drafts.ts';
import { readHost, readPrefix } from './line-address.ts';
import { type LineOption, type Outcome, valued } from './line-option.ts';
import { PROTOCOL_KEEPALIVED, type RouteDraft, type RouteOwner } from './route-draft.ts';
import { readEncapsulation } from './route-encap.ts';
import { interfaceExists, readNextHops } from './route-nexthop.ts';
import { WordReader } from './word-reader.ts';

export interface RouteReader {
  readonly words: WordReader;
  readonly route: RouteDraft;
  readonly owner: RouteOwner;
}

type RouteOption = LineOption<RouteReader>;

const UINT_MAX = 4_294_967_295;
const MIXED = 'Cannot mix IPv4 and IPv6 addresses for route';

/** RTN_* by name, as iproute2 has them. */
export const routeTypes: Readonly<Record<string, number>> = {
  unicast: 1,
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
  throw: 9,
  nat: 10,
  xresolve: 11,
};

function joins({ words, route }: RouteReader, family: Family, text = MIXED): boolean {
  if (route.family !== undefined && route.family !== family) {
    words.say(text);
    return false;
  }
  route.family = family;
  return true;
}

function bare(doc: string, set: (route: RouteDraft) => void): RouteOption {
  return {
    args: '',
    doc,
    read: ({ route }) => {
      set(route);
      return 'ok';
    },
  };
}

function host(reader: RouteReader, word: string, label: string): Address | undefined {
  const address = readHost(word, (text) => reader.words.say(text));
  if (!address) reader.words.say(`${label} ${word}`);
  return address;
}

const metric = (doc: string, aliasOf?: string): RouteOption =>
  valued(
    'UINT',
    doc,
    ({ words, route }, word) => {
      const value = words.integer(word, { min: 0, max: UINT_MAX, lenient: true });
      if (value === undefined) words.say(`Invalid metric ${word} specified for route`);
      else route.priority = value;
      return value !== undefined;
    },
    aliasOf,
  );

interface MetricRow {
  readonly doc: string;
  readonly label?: string;
  readonly max?: number;
  readonly lockable?: true;
}

/** A number that becomes an RTAX_* metric. */
function numeric(
  keyword: string,
  { doc, label = `${keyword} value`, max = UINT_MAX, lockable }: MetricRow,
): RouteOption {
  const range: IntegerOptions = { min: 0, max, lenient: true };
  return valued(lockable ? '[lock] UINT' : 'UINT', doc, ({ words, route }, first) => {
    const lock = lockable === true && first === 'lock';
    const word = lock ? words.take() : first;
    if (word === undefined) return false;
    const value = words.integer(word, range);
    if (value === undefined) words.say(`Invalid ${label} ${word} specified for route`);
    else route.metrics.set(keyword, { value, lock });
    return value !== undefined;
  });
}

/** What TCP in Linux itself keeps its retransmission timer between. */
const LEAST_TIME_MS = 200;
const MOST_TIME_S = 120;

/** Only the log hears of a time that is moved into the bounds (observed on 2.2.7, which says rtt of all). */
function bounded(value: number, scale: number, what: string, session: Session): number {
  const least = LEAST_TIME_MS * scale;
  const most = MOST_TIME_S * 1000 * scale;
  const bound =
    value < least
      ? `below minimum ${LEAST_TIME_MS}ms`
      : value > most
        ? `exceeds maximum ${MOST_TIME_S}s`
        : undefined;
  if (bound === undefined) return value;
  const hidden = { ...LOG_ONLY, code: 'AV0511' };
  session.report(`${what} ${bound}, resetting`, undefined, hidden);
  return Math.min(Math.max(value, least), most);
}

/** A time that becomes an RTAX_* metric in units of 1/scale ms. */
function time(
  keyword: string,
  doc: string,
  maxMs: number,
  scale: number,
  refusal: (word: string) => string,
): RouteOption {
  return valued('[lock] TIME[s|ms]', doc, ({ words, route }, first) => {
    const lock = first === 'lock';
    const word = lock ? words.take() : first;
    if (word === undefined) return false;
    const given = words.accept(readRouteTime(word, maxMs, scale));
    if (given === undefined) {
      words.say(refusal(word));
      return false;
    }
    const value = bounded(given, scale, `${keyword} value ${word}`, words.session);
    route.metrics.set(keyword, { value, lock });
    return true;
  });
}

/** The word after `inet` or `inet6` is skipped, as upstream does (keywords.md, oddity 1). */
const familyWord = (family: Family): RouteOption => ({
  args: '',
  doc: `make it an IPv${family} route`,
  read: (reader, keyword) => {
    const other = family === 4 ? 6 : 4;
    if (!joins(reader, family, `${keyword} specified for IPv${other} route`)) return 'drop';
    reader.words.at++;
    return 'ok';
  },
});

const gateway = (doc: string, aliasOf?: string): RouteOption => ({
  args: '[inet|inet6] IPADDR',
  doc,
  ...(aliasOf === undefined ? {} : { aliasOf }),
  read: (reader, keyword) => {
    const { words, route } = reader;
    if (keyword === 'gw') words.say('"gw" for routes is deprecated. Please use "via"');
    let word = words.take();
    if (word === 'inet' || word === 'inet6') {
      if (!joins(reader, word === 'inet' ? 4 : 6)) return 'drop';
      word = words.take();
    }
    if (word === undefined) return 'drop';
    const address = host(reader, word, 'invalid route via address');
    if (!address || !joins(reader, address.family)) return 'drop';
    route.via = address;
    return 'ok';
  },
});

const tos = (aliasOf?: string): RouteOption =>
  valued(
    'DSFIELD',
    'type of service, by name or number',
    ({ words, route }, word) => {
      const value = readNamed(words.session.facts, 'rt_dsfield', word, 255);
      if (value === undefined) words.say(`TOS value ${word} is invalid`);
      else route.tos = value;
      return value !== undefined;
    },
    aliasOf,
  );

const device = (aliasOf?: string): RouteOption =>
  valued(
    'IFNAME',
    'interface to send through',
    ({ words, route }, word) => {
      if (!interfaceExists(words, word)) return false;
      route.dev = word;
      return true;
    },
    aliasOf,
  );

const PREFERENCES: Readonly<Record<string, number>> = { medium: 0, high: 1, low: 3 };

export const routeOptions: Readonly<Record<string, RouteOption>> = {
  inet: familyWord(4),
  inet6: familyWord(6),
  src: valued('IPADDR', 'preferred source address', (reader, word) => {
    const address = host(reader, word, 'invalid route src address');
    if (!address || !joins(reader, address.family)) return false;
    reader.route.source = address;
    return true;
  }),
  via: gateway('gateway'),
  gw: gateway('old name of via', 'via'),
  from: valued('IPADDR[/PREFIX]', 'source prefix, IPv6 only', (reader, word) => {
    const { words, route } = reader;
    const from = readPrefix(word, words.session.facts.testing, (text) => words.say(text));
    if (!from) words.say(`invalid route from address ${word}`);
    else if (from.address.family === 4) words.say(`route from address only supported with IPv6 (${word})`);
    else if (joins(reader, 6)) {
      route.from = from;
      return true;
    }
    return false;
  }),
  tos: tos(),
  dsfield: tos('tos'),
  table: valued('NAME|UINT', 'routing table', ({ words, route }, word) => {
    const table = readTable(words.session.facts, word);
    if (table === undefined) words.say(`Routing table ${word} not found for route`);
    else route.table = table;
    return table !== undefined;
  }),
  protocol: valued('NAME|UINT(0..255)', 'who the route belongs to', ({ words, route }, word) => {
    const protocol = readNamed(words.session.facts, 'rt_protos', word, 255);
    if (protocol === undefined) words.say(`Protocol ${word} not found or invalid for route`);
    else route.protocol = protocol;
    return protocol !== undefined;
  }),
  scope: valued('NAME|UINT(0..255)', 'scope of the destination', ({ words, route }, word) => {
    const scope = readNamed(words.session.facts, 'rt_scopes', word, 255);
    if (scope === undefined) words.say(`Scope ${word} not found or invalid for route`);
    else route.scope = scope;
    return scope !== undefined;
  }),
  metric: metric('preference among routes to the same destination'),
  priority: metric('same as metric', 'metric'),
  preference: metric('same as metric', 'metric'),
  dev: device(),
  oif: device('dev'),
  onlink: bare('the gateway is on the link even when no prefix says so', (route) => {
    route.onlink = true;
  }),
  encap: {
    args: 'ip|ip6|mpls|ila …',
    doc: 'lightweight tunnel',
    read: ({ words, route }) => {
      const encapsulation = readEncapsulation(words);
      if (encapsulation) route.encapsulation = encapsulation;
      return 'ok';
    },
  },
  expires: {
    args: 'UINT',
    doc: 'seconds to live, IPv6 only',
    read: (reader) => {
      const { words, route } = reader;
      if (!joins(reader, 6, 'expires is only valid for IPv6')) return 'drop';
      const word = words.take();
      if (word === undefined) return 'drop';
      const value = words.integer(word, { min: 0, max: UINT_MAX, lenient: true });
      if (value === undefined) words.say(`Invalid expires time ${word} specified for route`);
      else route.expires = value;
      return value === undefined ? 'drop' : 'ok';
    },
  },
  mtu: numeric('mtu', { doc: 'path MTU', label: 'MTU', lockable: true }),
  hoplimit: numeric('hoplimit', { doc: 'hop limit', label: 'hoplimit', max: 255 }),
  advmss: numeric('advmss', { doc: 'advertised MSS', label: 'advmss', lockable: true }),
  rtt: time('rtt', 'initial round trip time', 960_000, 8, (word) => `Invalid rtt ${word} for route`),
  rttvar: time('rttvar', 'initial variance of the round trip time', 480_000, 4, (word) => {
    return `Invalid rttvar ${word} for route`;
  }),
  reordering: numeric('reordering', { doc: 'tolerated reordering', lockable: true }),
  window: numeric('window', { doc: 'largest window' }),
  cwnd: numeric('cwnd', { doc: 'clamp for the congestion window', lockable: true }),
  ssthresh: numeric('ssthresh', { doc: 'initial slow start threshold', lockable: true }),
  realms: valued('[FROM/]TO', 'routing realms, IPv4 only', (reader, word) => {
    const realms = readRealms(reader.words.session.facts, word);
    if (realms === undefined) reader.words.say(`Invalid realms ${word} for route`);
    else if (joins(reader, 4, 'realms are only valid for IPv4')) {
      reader.route.realms = realms;
      return true;
    }
    return false;
  }),
  rto_min: time('rto_min', 'least retransmission timeout', 120_000, 1, (word) => {
    return `Invalid rto_min value ${word} specified for route`;
  }),
  initcwnd: numeric('initcwnd', { doc: 'initial congestion window' }),
  initrwnd: numeric('initrwnd', { doc: 'initial receive window' }),
  features: valued('ecn', 'features of the route', ({ words, route }, word) => {
    if (word === 'ecn') route.metrics.set('features', { value: 1, lock: false });
    else words.say(`feature ${word} not supported`);
    return true;
  }),
  quickack: numeric('quickack', { doc: 'acknowledge at once', max: 1 }),
  congctl: valued('[lock] NAME', 'congestion control', ({ words, route }, first) => {
    const lock = first === 'lock';
    const value = lock ? words.take() : first;
    if (value === undefined) return false;
    route.metrics.set('congctl', { value, lock });
    return true;
  }),
  pref: {
    args: 'low|medium|high|UINT(0..255)',
    doc: 'router preference, IPv6 only',
    read: (reader) => {
      const { words, route } = reader;
      if (!joins(reader, 6, 'pref is only valid for IPv6')) return 'drop';
      const word = words.take();
      if (word === undefined) return 'drop';
      const named = Object.hasOwn(PREFERENCES, word) ? PREFERENCES[word] : undefined;
      const value = named ?? words.integer(word, { min: 0, max: 255, lenient: true });
      if (value === undefined) words.say(`Invalid pref value ${word} specified for route`);
      else route.preference = value;
      return value === undefined ? 'drop' : 'ok';
    },
  },
  'ttl-propagate': valued('enabled|disabled', 'carry the TTL over MPLS', ({ words, route }, word) => {
    if (word === 'enabled' || word === 'disabled') route.ttlPropagate = word === 'enabled';
    else words.say(`ttl-propagate value ${word} not recognised`);
    return true;
  }),
  fastopen_no_cookie: numeric('fastopen_no_cookie', { doc: 'TCP fast open without a cookie', max: 1 }),
  add: bare('fail when the route exists', (route) => {
    route.insertion = 'add';
  }),
  prepend: bare('put the route before its like; the default', (route) => {
    route.insertion = 'prepend';
  }),
  append: bare('put the route behind its like', (route) => {
    route.insertion = 'append';
  }),
  or: {
    args: 'IPADDR',
    doc: 'old form of a second nexthop',
    read: readSecondGateway,
  },
  nexthop: {
    args: '[via [inet|inet6] IPADDR] [dev IFNAME] [weight 1..256] [onlink] [encap …] [realms …]',
    doc: 'one of several gateways; must come last',
    read: ({ words, route }) => {
      if (route.or) {
        words.say('Cannot specify nexthops with "or" route');
        words.say('Route has trailing nonsense - nexthop');
        return 'drop';
      }
      readNextHops(words, route);
      return 'end';
    },
  },
  as: {
    args: '[to] ADDR',
    doc: 'ignored',
    read: ({ words }) => {
      const word = words.take();
      if (word === undefined) return 'drop';
      if (word === 'to') words.at++;
      words.say('"as to" for MPLS only - ignoring');
      return 'ok';
    },
  },
  no_track: bare('do not react when the route is lost', (route) => {
    route.track = false;
  }),
  track_group: {
    args: 'NAME',
    doc: 'track group that depends on the route',
    owner: 'static',
    read: ({ words, route }) => {
      const name = words.take();
      if (name === undefined) return 'drop';
      if (route.trackGroup !== undefined) {
        words.say(`track_group ${name} is a duplicate`);
        words.say(`Route has trailing nonsense - ${name}`);
        return 'drop';
      }
      if (words.session.vrrp.trackGroups.has(name)) route.trackGroup = name;
      else words.say(`track_group ${name} not found`);
      return 'ok';
    },
  },
  vrf: valued('IFNAME', 'VRF whose table is used', ({ words, route }, word) => {
    const found = words.session.facts.interface(word);
    if (!found) words.say(`VRF ${word} not found for route`);
    else if (found.kind !== 'vrf') words.say(`Route specified VRF ${word} is not a VRF`);
    else route.vrf = word;
    return route.vrf === word;
  }),
};

function readSecondGateway(reader: RouteReader): Outcome {
  const { words, route } = reader;
  words.say('"or" for routes is deprecated. Please use "nexthop"');
  if (route.or) {
    words.say('"or" route already specified - ignoring subsequent');
    words.at++;
    return 'ok';
  }
  const word = words.take();
  if (word === undefined) return 'drop';
  const address = host(reader, word, 'Invalid "or" address');
  if (!address) return 'drop';
  // Upstream does not look at the family here.
  route.or = address;
  return 'ok';
}

/** A word that is no option is a type of route, or the destination. */
function readDestination(reader: RouteReader, first: string): Outcome {
  const { words, route } = reader;
  let word: string | undefined = first;
  const type = Object.hasOwn(routeTypes, first) ? routeTypes[first] : readBounded(first, 255);
  if (first === 'to') {
    word = words.take();
  } else if (type !== undefined) {
    route.type = type;
    word = words.take();
  }
  if (word === undefined) return 'drop';
  const named = word === 'default' || word === 'any' || word === 'all';
  const found =
    named || word === 'default6'
      ? { address: undefined, prefix: 0 }
      : readPrefix(word, words.session.facts.testing, (text) => words.say(text));
  if (!found) {
    words.say(`unknown route keyword ${word}`);
    return 'drop';
  }
  // `default` has no family of its own and so fits only while none is known (observed on 2.2.7).
  const family = word === 'default6' ? 6 : found.address?.family;
  if (route.family !== undefined && route.family !== family) {
    words.say(`${MIXED} (${word})`);
    return 'drop';
  }
  route.family = family;
  route.destination = found;
  route.destinationWord = word;
  return 'ok';
}

/** What cannot be known before the whole line has been read. */
function finish({ words, route, owner }: RouteReader): RouteDraft | undefined {
  if (!route.destination) {
    words.say('Route must have a destination');
    return undefined;
  }
  if (route.track && route.protocol !== undefined && route.protocol !== PROTOCOL_KEEPALIVED) {
    const limit = 'if protocol is not RTPROT_KEEPALIVED(18), resetting protocol';
    words.say(`Route cannot be tracked ${limit}`);
    route.protocol = PROTOCOL_KEEPALIVED;
  }
  // 2.2.7 says here that it cannot track a route without an interface; since 2.3.2 such routes are tracked.
  if (owner === 'static' && route.trackGroup !== undefined && route.dev === undefined) {
    words.say('Static route cannot have track group if no oif specified');
    delete route.trackGroup;
  }
  return route;
}

export function readRouteLine(line: Line, session: Session, owner: RouteOwner): RouteDraft | undefined {
  const words = new WordReader(line, session);
  const route: RouteDraft = {
    line,
    family: undefined,
    type: 1,
    destinationWord: '',
    insertion: 'prepend',
    metrics: new Map(),
    nextHops: [],
    track: true,
  };
  const reader: RouteReader = { words, route, owner };
  for (;;) {
    const keyword = words.peek();
    if (keyword === undefined) break;
    words.at++;
    const known = Object.hasOwn(routeOptions, keyword) ? routeOptions[keyword] : undefined;
    const option = known?.owner === undefined || known.owner === owner ? known : undefined;
    const outcome = option ? option.read(reader, keyword) : readDestination(reader, keyword);
    if (words.stopped || outcome === 'drop') return undefined;
    if (outcome === 'end') break;
  }
  return finish(reader);
}
