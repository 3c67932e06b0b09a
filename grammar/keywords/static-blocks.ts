/**
 * Root blocks beside instances: addresses, routes and rules for the life of the daemon, the groups that
 * depend on them, and settings of interfaces.
 */
import { decimalSeconds, readDecimal } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import { LOG_ONLY, newScope, type Scope, type Session } from '../drafts.ts';
import { addressOptions, readAddressLine } from '../lines/address-line.ts';
import { readRouteLine, routeOptions } from '../lines/route-line.ts';
import { readRuleLine, ruleActions, ruleOptions } from '../lines/rule-line.ts';
import type { GarpGroupDraft, LinkbeatDraft, TrackGroupDraft } from '../vrrp-drafts.ts';
import { memberList } from './member-list.ts';
import { missingParameter } from './read-scalar.ts';
import { block, custom, list, scalar } from './row.ts';

interface Owned {
  readonly owner?: 'static' | 'virtual';
}

const ownedBy = (options: Readonly<Record<string, Owned>>, owner: 'static' | 'virtual'): string[] =>
  Object.keys(options).filter((word) => (options[word]?.owner ?? owner) === owner);

export const addressWords = (owner: 'static' | 'virtual'): readonly string[] => [
  'IPADDR[/PREFIX]',
  ...ownedBy(addressOptions, owner),
];
export const routeWords = (owner: 'static' | 'virtual'): readonly string[] => [
  '[to] [TYPE] DEST',
  ...ownedBy(routeOptions, owner),
];
export const ruleWords = (owner: 'static' | 'virtual'): readonly string[] => [
  ...ownedBy(ruleOptions, owner),
  ...Object.keys(ruleActions).map((word) => `[type] ${word}`),
];

/** Where an address goes that names no interface. */
const DEFAULT_INTERFACE = 'eth0';

export const staticIpaddress = list({
  doc: 'Addresses for the life of the daemon.',
  args: 'IPADDR[/PREFIX] [OPTION]...',
  options: addressWords('static'),
  item: (line, _scope, session) => {
    const address = readAddressLine(line, session, () => true, 'static');
    if (!address) return undefined;
    address.dev ??= String(session.globals.values.default_interface ?? DEFAULT_INTERFACE);
    if (!session.facts.interface(address.dev) && !session.globals.values.dynamic_interfaces) {
      const need = 'requires either an interface or default interface must exist';
      session.report(`Static address ${address.word} ${need}`, line, { class: 'fatal' });
      session.missingInterface = true;
      return undefined;
    }
    session.vrrp.addresses.push(address);
    return undefined;
  },
});

export const staticRoutes = list({
  doc: 'Routes for the life of the daemon.',
  args: '[to] [TYPE] DEST [OPTION]...',
  options: routeWords('static'),
  item: (line, _scope, session) => {
    const route = readRouteLine(line, session, 'static');
    if (route) session.vrrp.routes.push(route);
    return undefined;
  },
});

export const staticRules = list({
  doc: 'Policy rules for the life of the daemon.',
  args: '[SELECTOR]... ACTION',
  options: ruleWords('static'),
  item: (line, _scope, session) => {
    const rule = readRuleLine(line, session, 'static');
    if (rule) session.vrrp.rules.push(rule);
    return undefined;
  },
});

export const trackGroupRows = {
  group: memberList('track'),
};

export const trackGroup = block({
  doc: 'Instances that go to FAULT when a static entry of the group is lost.',
  args: 'NAME',
  rows: trackGroupRows,
  open: (line, _scope, session) => {
    const [, name, extra] = line.words;
    if (name === undefined || extra !== undefined) {
      session.report('track_group must have a name - skipping', line);
      return undefined;
    }
    if (session.vrrp.trackGroups.has(name)) {
      session.report(`track_group ${name} already defined`, line);
      return undefined;
    }
    const group: TrackGroupDraft = { ...newScope('track-group', name, line), members: undefined };
    session.vrrp.trackGroups.set(name, group);
    return group;
  },
});

const garpDelay = (doc: string) =>
  scalar(decimalSeconds(0, 2147.483647), {
    doc,
    bad: "garp_group {keyword} '{value}' invalid",
  });

function joinGarpGroup(name: string, line: Line | undefined, scope: Scope, session: Session): void {
  const found = session.facts.interface(name);
  if (!found && !session.globals.values.dynamic_interfaces) {
    session.report(`WARNING - interface ${name} specified for garp_group doesn't exist`, line);
    session.missingInterface = true;
    return;
  }
  if (session.vrrp.pacedInterfaces.has(name)) {
    session.report(`garp_group already specified for ${name} - ignoring`, line);
    return;
  }
  session.vrrp.pacedInterfaces.add(name);
  (scope as GarpGroupDraft).interfaces.push(name);
}

export const garpGroupRows = {
  garp_interval: garpDelay('Seconds between two gratuitous ARPs.'),
  gna_interval: garpDelay('Seconds between two unsolicited NAs.'),
  interface: custom<string>({
    args: 'IFNAME',
    doc: 'An interface that is paced.',
    read: (line, scope, session) => {
      const name = line.words[1];
      if (name === undefined) missingParameter(line, session);
      else joinGarpGroup(name, line, scope, session);
      return name;
    },
  }),
  interfaces: list<string>({
    doc: 'Interfaces that are paced together.',
    args: 'IFNAME...',
    options: ['IFNAME'],
    empty: 'Warning - empty garp_group interfaces block',
    item: (line, scope) => {
      (scope as GarpGroupDraft).listed.push(...line.words);
      return undefined;
    },
    // The names are looked at when the block ends, and that is where messages about them belong.
    end: (line, scope, session) => {
      for (const name of (scope as GarpGroupDraft).listed.splice(0)) {
        joinGarpGroup(name, line, scope, session);
      }
    },
  }),
};

export const garpGroup = block({
  doc: 'Pace of gratuitous ARP on some interfaces.',
  args: '',
  rows: garpGroupRows,
  open: (line) => ({ ...newScope('garp-group', '', line), interfaces: [], listed: [] }) as GarpGroupDraft,
  close: (scope, session, line) => {
    const group = scope as GarpGroupDraft;
    const { garp_interval: garp, gna_interval: gna } = group.values;
    if (garp === undefined && gna === undefined) {
      session.report('garp group 0 does not have any delay set - removing', line);
      for (const name of group.interfaces) session.vrrp.pacedInterfaces.delete(name);
      return;
    }
    session.vrrp.garpGroups.push(group);
  },
});

const METHODS: readonly LinkbeatDraft['method'][] = ['MII', 'ETHTOOL', 'IOCTL'];

/** The interface of a line; said when it must exist and does not. */
function knownInterface(line: Line, session: Session, purpose: string): string | undefined {
  const name = line.keyword;
  if (session.facts.interface(name) || session.globals.values.dynamic_interfaces) return name;
  session.report(`unknown interface ${name} specified for ${purpose}`, line, { class: 'fatal' });
  return undefined;
}

export const linkbeatInterfaces = list({
  doc: 'Interfaces whose link state is polled.',
  args: 'IFNAME [MII|ETHTOOL|IOCTL]',
  options: ['IFNAME'],
  item: (line, _scope, session) => {
    const name = knownInterface(line, session, 'linkbeat interface');
    if (name === undefined) return undefined;
    const [, word, extra] = line.words;
    const method = METHODS.find((candidate) => candidate === word);
    // One word too many names the one before it (observed on 2.2.7).
    if (word !== undefined && (method === undefined || extra !== undefined)) {
      session.report(`extra characters ${word} in linkbeat interface`, line);
    }
    session.vrrp.linkbeats.push({ interface: name, method });
    return undefined;
  },
});

export const interfaceUpDownDelays = list({
  doc: 'Delays before a change of link state counts.',
  args: 'IFNAME DOWN [UP]',
  options: ['IFNAME'],
  item: (line, _scope, session) => {
    const name = knownInterface(line, session, 'up/down delay');
    if (name === undefined) return undefined;
    const [, down, up] = line.words;
    if (down === undefined) {
      session.report(`No timeouts specified for ${name} up/down delays`, line, LOG_ONLY);
      return undefined;
    }
    const read = (word: string): number => {
      const range = { min: 0, max: 255_000_000, lenient: true };
      const { value, complaint } = readDecimal(word, range, session.facts);
      if (complaint !== undefined) session.report(complaint, line);
      return value ?? 0;
    };
    // Without an UP delay there is none: the manual of upstream says otherwise, its code does not.
    const delays = { downUs: read(down), upUs: up === undefined ? 0 : read(up) };
    session.vrrp.delays.push({ interface: name, ...delays });
    return undefined;
  },
});
