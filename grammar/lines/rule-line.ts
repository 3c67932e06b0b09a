/**
 * A line of static_rules and virtual_rules: selectors and one action, named options read from a table. In:
 * the line's words; out: a draft, or nothing when the rule has to go. All texts: observed on 2.2.7, including
 * those that name the keyword where they mean its value.
 */
import type { Family } from '../../src/units.ts';
import {
  readAnyBase,
  readBounded,
  readFwmark,
  readIpProtocol,
  readNamed,
  readRange,
  readRealms,
  readTable,
  readUint64,
} from '../codecs/kernel-values.ts';
import type { IntegerOptions } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import type { Session } from '../drafts.ts';
import { readPrefix } from './line-address.ts';
import { type LineOption, valued } from './line-option.ts';
import { PROTOCOL_KEEPALIVED, type RouteOwner, type RuleDraft } from './route-draft.ts';
import { routeTypes } from './route-line.ts';
import { WordReader } from './word-reader.ts';

export interface RuleReader {
  readonly words: WordReader;
  readonly rule: RuleDraft;
  readonly owner: RouteOwner;
}

type RuleOption = LineOption<RuleReader>;
type Action = NonNullable<RuleDraft['action']>;

const UINT_MAX = 4_294_967_295;
const INT_MAX = 2_147_483_647;
/** Rules without a preference get these, downwards, one row for each family. */
const FIRST_PREFERENCE = 16_384;

function joins({ words, rule }: RuleReader, family: Family, text: string): boolean {
  if (rule.family !== undefined && rule.family !== family) {
    words.say(text);
    return false;
  }
  rule.family = family;
  return true;
}

type Read = (reader: RuleReader, word: string, keyword: string) => boolean;

function integer(
  key: 'suppressPrefixLength' | 'protocol',
  range: IntegerOptions,
  refusal: (word: string, keyword: string) => string,
): Read {
  return ({ words, rule }, word, keyword) => {
    const value = words.integer(word, range);
    if (value === undefined) words.say(refusal(word, keyword));
    else rule[key] = value;
    // A bad protocol leaves the rule alone.
    return value !== undefined || key === 'protocol';
  };
}

const familyWord = (family: Family): RuleOption => ({
  args: '',
  doc: `make it an IPv${family} rule`,
  read: (reader, keyword) => {
    const other = family === 4 ? 6 : 4;
    if (!joins(reader, family, `${keyword} specified for IPv${other} rule`)) return 'drop';
    // The next word is skipped, as upstream does (keywords.md, oddity 1).
    reader.words.at++;
    return 'ok';
  },
});

const selector = (key: 'from' | 'to', doc: string): RuleOption =>
  valued('default|any|all|IPADDR[/PREFIX]', doc, (reader, word) => {
    const { words, rule } = reader;
    if (word === 'default' || word === 'any' || word === 'all') return true;
    const found = readPrefix(word, words.session.facts.testing, (text) => words.say(text));
    if (!found) {
      words.say(`Invalid rule ${key} address ${word}`);
      return false;
    }
    if (!joins(reader, found.address.family, 'rule specification has mixed IPv4 and IPv6')) return false;
    rule[key] = found;
    return true;
  });

const ONE_ACTION = 'Cannot specify more than one of table/nop/goto/blackhole/prohibit/unreachable';

const table = (aliasOf?: string): RuleOption =>
  valued(
    'NAME|UINT',
    'look up this table',
    ({ words, rule }, word) => {
      const found = readTable(words.session.facts, word);
      if (found === undefined) words.say(`Routing table ${word} not found for rule`);
      else if (found === 0) words.say('Table 0 is not valid');
      else if (rule.action !== undefined) words.say(`${ONE_ACTION} for rule`);
      if (!found || rule.action !== undefined) return false;
      rule.action = 'table';
      rule.table = found;
      return true;
    },
    aliasOf,
  );

const preference = (aliasOf?: string): RuleOption =>
  valued(
    'UINT',
    'place of the rule among all rules; octal and hexadecimal numbers too',
    ({ words, rule }, word, keyword) => {
      const value = readAnyBase(word);
      const bad = value === undefined || value < 0n || value > BigInt(UINT_MAX);
      if (!bad) {
        rule.priority = Number(value);
        return true;
      }
      if (word.startsWith('-')) words.say(`negative number '${word}'`);
      else if (value === undefined) words.say(`invalid number '${word}'`);
      else words.say(`number '${word}' outside unsigned integer range`);
      words.say(`Invalid rule preference ${keyword} specified`);
      return false;
    },
    aliasOf,
  );

const tos = (aliasOf?: string): RuleOption =>
  valued(
    'DSFIELD',
    'type of service, by name or number',
    ({ words, rule }, word) => {
      const value = readNamed(words.session.facts, 'rt_dsfield', word, 255);
      if (value === undefined) words.say(`TOS value ${word} is invalid`);
      else rule.tos = value;
      return value !== undefined;
    },
    aliasOf,
  );

const suppressLength = (aliasOf?: string): RuleOption =>
  valued(
    `UINT(0..${INT_MAX})`,
    'ignore results with a prefix this short',
    integer('suppressPrefixLength', { min: 0, max: INT_MAX }, (_word, keyword) => {
      return `Invalid suppress_prefixlength ${keyword} specified`;
    }),
    aliasOf,
  );

/** Interface groups are 31 bits wide; larger numbers lose their upper bits, as upstream does. */
export function readGroup(session: Session, word: string): number | undefined {
  const named = session.facts.names?.('group').get(word);
  const value = named === undefined ? readAnyBase(word) : BigInt(named);
  if (value === undefined || value < 0n) return undefined;
  const cut = Number(BigInt.asIntN(32, value));
  return cut < 0 ? undefined : cut;
}

const suppressGroup = (aliasOf?: string): RuleOption =>
  valued(
    'GROUP',
    'ignore results through interfaces of this group',
    ({ words, rule }, word) => {
      const group = readGroup(words.session, word);
      if (group === undefined) words.say(`suppress_group ${word} is invalid`);
      else rule.suppressGroup = group;
      return group !== undefined;
    },
    aliasOf,
  );

const device = (key: 'iif' | 'oif', doc: string, aliasOf?: string): RuleOption =>
  valued(
    'IFNAME',
    doc,
    ({ words, rule }, word) => {
      const { session } = words;
      if (!session.facts.interface(word) && !session.globals.values.dynamic_interfaces) {
        words.say(`WARNING - interface ${word} for rule doesn't exist`);
        session.missingInterface = true;
        return false;
      }
      rule[key] = word;
      return true;
    },
    aliasOf,
  );

/** A range that is refused leaves the rule alone. */
const ports = (key: 'sourcePorts' | 'destinationPorts', doc: string): RuleOption =>
  valued('N-M', doc, ({ words, rule }, word, keyword) => {
    const range = readRange(word, 16);
    if (range) rule[key] = range;
    else words.say(`invalid ${keyword} range ${word}`);
    return true;
  });

function act({ words, rule }: RuleReader, action: Action): boolean {
  if (rule.action !== undefined) {
    words.say(`${ONE_ACTION}/l3mdev for rule`);
    return false;
  }
  rule.action = action;
  return true;
}

const action = (own: Action, doc: string): RuleOption => ({
  args: '',
  doc,
  read: (reader) => (act(reader, own) ? 'ok' : 'drop'),
});

export const ruleOptions: Readonly<Record<string, RuleOption>> = {
  inet: familyWord(4),
  inet6: familyWord(6),
  from: selector('from', 'source'),
  to: selector('to', 'destination'),
  table: table(),
  lookup: table('table'),
  not: {
    args: '',
    doc: 'match what does not fit',
    read: ({ rule }) => {
      rule.not = true;
      return 'ok';
    },
  },
  preference: preference(),
  order: preference('preference'),
  priority: preference('preference'),
  tos: tos(),
  dsfield: tos('tos'),
  fwmark: valued('N[/MASK]', 'firewall mark', ({ words, rule }, word) => {
    const mark = readFwmark(word);
    if (mark) rule.mark = mark;
    else words.say(`Invalid rule fwmark ${word} specified`);
    return mark !== undefined;
  }),
  realms: valued('[FROM/]TO', 'routing realms, IPv4 only', (reader, word) => {
    const realms = readRealms(reader.words.session.facts, word);
    if (realms === undefined) reader.words.say(`invalid realms ${word} for rule`);
    else if (joins(reader, 4, 'realms is only valid for IPv4')) {
      reader.rule.realms = realms;
      return true;
    }
    return false;
  }),
  suppress_prefixlength: suppressLength(),
  sup_pl: suppressLength('suppress_prefixlength'),
  suppress_ifgroup: suppressGroup(),
  sup_group: suppressGroup('suppress_ifgroup'),
  dev: device('iif', 'interface that packets come from', 'iif'),
  iif: device('iif', 'interface that packets come from'),
  oif: device('oif', 'interface that the sender is bound to'),
  'tunnel-id': valued('UINT64', 'tunnel the packet came through', ({ words, rule }, word, keyword) => {
    const id = words.accept(readUint64(word));
    if (id === undefined) words.say(`Invalid tunnel-id ${keyword} specified`);
    else rule.tunnelId = id;
    return id !== undefined;
  }),
  uidrange: valued('N-M', 'users of the sender', ({ words, rule }, word, keyword) => {
    const range = readRange(word, 32);
    if (range) rule.uidRange = range;
    else words.say(`Invalid uidrange ${keyword} specified`);
    return range !== undefined;
  }),
  l3mdev: {
    args: '',
    doc: 'look up the table of the VRF',
    read: ({ words, rule }) => {
      if (rule.action !== undefined) {
        words.say('Cannot specify l3mdev with other action');
        return 'drop';
      }
      rule.action = 'l3mdev';
      return 'ok';
    },
  },
  protocol: valued(
    'UINT(0..255)',
    'who the rule belongs to',
    integer('protocol', { min: 0, max: 255, lenient: true }, (word) => `Invalid protocol ${word}`),
  ),
  ipproto: valued('NAME|UINT', 'IP protocol', ({ words, rule }, word) => {
    const protocol = readIpProtocol(words.session.facts, word);
    if (protocol === undefined) words.say(`Invalid ipproto ${word}`);
    else rule.ipProtocol = protocol;
    return true;
  }),
  sport: ports('sourcePorts', 'source ports'),
  dport: ports('destinationPorts', 'destination ports'),
  no_track: {
    args: '',
    doc: 'do not react when the rule is lost',
    read: ({ rule }) => {
      rule.track = false;
      return 'ok';
    },
  },
  track_group: {
    args: 'NAME',
    doc: 'track group that depends on the rule',
    owner: 'static',
    read: ({ words, rule }) => {
      const name = words.take();
      if (name === undefined) return 'drop';
      if (rule.trackGroup !== undefined) {
        words.say(`track_group ${name} is a duplicate`);
        return 'end';
      }
      if (words.session.vrrp.trackGroups.has(name)) rule.trackGroup = name;
      else words.say(`track_group ${name} not found`);
      return 'ok';
    },
  },
};

/** The actions, which may follow the word `type`. */
export const ruleActions: Readonly<Record<string, RuleOption>> = {
  goto: {
    args: 'UINT',
    doc: 'go on with the rule of this preference',
    read: (reader) => {
      const { words, rule } = reader;
      if (!act(reader, 'goto')) return 'drop';
      const word = words.take();
      if (word === undefined) return 'drop';
      const target = words.integer(word, { min: 0, max: UINT_MAX });
      if (target === undefined) words.say('Invalid target goto specified');
      else rule.target = target;
      return target === undefined ? 'drop' : 'ok';
    },
  },
  nop: action('nop', 'do nothing'),
  blackhole: action('blackhole', 'drop in silence'),
  unreachable: action('unreachable', 'answer that the destination cannot be reached'),
  prohibit: action('prohibit', 'answer that the destination is prohibited'),
};

function readAction(reader: RuleReader, keyword: string) {
  const { words } = reader;
  const word = keyword === 'type' ? words.take() : keyword;
  if (word === undefined) return 'drop';
  const known = Object.hasOwn(ruleActions, word) ? ruleActions[word] : undefined;
  if (known) return known.read(reader, word);
  // Other types of route are understood and refused.
  const isType = Object.hasOwn(routeTypes, word) || readBounded(word, 255) !== undefined;
  words.say(isType ? `Invalid rule action ${word}` : `Unknown rule option ${word}`);
  return 'drop';
}

function nextPreference(session: Session, family: Family): number {
  const counters = session.vrrp.rulePreferences;
  const value = counters[family] ?? FIRST_PREFERENCE;
  counters[family] = value - 1;
  return value;
}

function refusal(rule: RuleDraft): string | undefined {
  if (rule.action === undefined) return 'No action specified for rule - ignoring';
  const narrows = [rule.suppressPrefixLength, rule.suppressGroup, rule.realms];
  if (rule.action !== 'table' && narrows.some((value) => value !== undefined)) {
    return 'suppressor/realm specified for non table action - skipping';
  }
  if (rule.target === undefined) return undefined;
  if (rule.priority === undefined) {
    return `Invalid rule - goto target ${rule.target} specified without preference`;
  }
  return rule.priority >= rule.target
    ? `Invalid rule - preference ${rule.priority} >= goto target ${rule.target}`
    : undefined;
}

function finish({ words, rule, owner }: RuleReader): RuleDraft | undefined {
  const refused = refusal(rule);
  if (refused !== undefined) {
    words.say(refused);
    return undefined;
  }
  rule.family ??= 4;
  if (rule.priority === undefined) {
    rule.priority = nextPreference(words.session, rule.family);
    const given = `Rule has no preference specified - setting to ${rule.priority}.`;
    words.say(`${given} This is probably not what you want.`);
  }
  if (rule.track && rule.protocol !== undefined && rule.protocol !== PROTOCOL_KEEPALIVED) {
    words.say('Rule cannot be tracked if protocol is not RTPROT_KEEPALIVED(18), resetting protocol');
    rule.protocol = PROTOCOL_KEEPALIVED;
  }
  if (owner === 'static' && rule.trackGroup !== undefined && rule.iif === undefined) {
    words.say('Static rule cannot have track_group if dev/iif not specified');
    delete rule.trackGroup;
  }
  return rule;
}

export function readRuleLine(line: Line, session: Session, owner: RouteOwner): RuleDraft | undefined {
  const words = new WordReader(line, session);
  const rule: RuleDraft = { line, family: undefined, track: true };
  const reader: RuleReader = { words, rule, owner };
  for (;;) {
    const keyword = words.peek();
    if (keyword === undefined) break;
    words.at++;
    const known = Object.hasOwn(ruleOptions, keyword) ? ruleOptions[keyword] : undefined;
    const option = known?.owner === undefined || known.owner === owner ? known : undefined;
    const outcome = option ? option.read(reader, keyword) : readAction(reader, keyword);
    if (words.stopped || outcome === 'drop') return undefined;
    if (outcome === 'end') break;
  }
  return finish(reader);
}
