/** `lvs_sync_daemon`: IPVS connections follow the state of an instance. Texts observed on 2.2.7. */
import { type Address, isMulticast, parseAddress } from '../codecs/address.ts';
import { type IntegerOptions, readInteger } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import type { Session } from '../drafts.ts';
import { missingParameter } from './read-scalar.ts';
import { custom } from './row.ts';

export interface LvsSyncDaemon {
  readonly interface: string;
  readonly instance?: string;
  /** The VRID of the instance when absent. */
  readonly id?: number;
  readonly maxlen?: number;
  readonly port?: number;
  readonly ttl?: number;
  readonly group?: Address;
}

type Draft = { -readonly [K in keyof LvsSyncDaemon]: LvsSyncDaemon[K] };

const NUMBERS: Readonly<Record<'id' | 'maxlen' | 'port' | 'ttl', IntegerOptions>> = {
  id: { min: 0, max: 255 },
  maxlen: { min: 1, max: 65_507 },
  port: { min: 1, max: 65_535 },
  ttl: { min: 1, max: 255 },
};

type NumberKey = keyof typeof NUMBERS;
const isNumberKey = (word: string): word is NumberKey => Object.hasOwn(NUMBERS, word);
const isKey = (word: string): boolean => word === 'inst' || word === 'group' || isNumberKey(word);

type Say = (text: string) => void;

/** False = the value is refused and the reason has been said. */
function readNumber(draft: Draft, key: NumberKey, word: string | undefined, say: Say): boolean {
  const fallback = key === 'id' ? 'defaulting to vrid' : 'ignoring';
  if (word === undefined) {
    say(`No value specified for lvs_sync_daemon ${key}, ${fallback}`);
    return false;
  }
  const { value, complaint } = readInteger(word, NUMBERS[key], { testing: true });
  if (complaint !== undefined) say(complaint);
  if (value !== undefined) draft[key] = value;
  else say(`Invalid ${key === 'id' ? 'syncid' : `lvs_sync_daemon ${key}`} (${word}) - ${fallback}`);
  return value !== undefined;
}

function readGroup(draft: Draft, word: string | undefined, say: Say): void {
  if (word === undefined) {
    say('No value specified for lvs_sync_daemon group, ignoring');
    return;
  }
  const group = parseAddress(word);
  if (!group) say(`Invalid lvs_sync_daemon group (${word}) - ignoring`);
  else if (!isMulticast(group)) say(`lvs_sync_daemon group address ${word} is not multicast - ignoring`);
  else draft.group = group;
}

function readInstance(draft: Draft, word: string, say: Say): void {
  if (draft.instance === undefined) draft.instance = word;
  else say(`lvs_sync_daemon vrrp instance has already been specified as ${draft.instance} - ignoring`);
}

/** The old form has the instance and the id without their keywords; answers how many words it took. */
function readOldForm(draft: Draft, words: readonly string[], say: Say): number {
  const [instance, id] = words;
  if (instance === undefined || isKey(instance)) return 0;
  draft.instance = instance;
  if (id === undefined || isKey(id)) return 1;
  if (readNumber(draft, 'id', id, say)) say('Please use keyword "id" before lvs_sync_daemon SYNCID');
  return 2;
}

function read(line: Line, session: Session, draft: Draft, say: Say): void {
  const words = line.words.slice(2);
  for (let at = readOldForm(draft, words, say); at < words.length; at += 2) {
    const key = words[at] ?? '';
    const value = words[at + 1];
    if (key === 'inst') {
      if (value === undefined) missingParameter(line, session, at + 4);
      else readInstance(draft, value, say);
    } else if (key === 'group') {
      readGroup(draft, value, say);
    } else if (isNumberKey(key)) {
      readNumber(draft, key, value, say);
    } else {
      say(`Unknown option ${key} specified for lvs_sync_daemon`);
      at--;
    }
  }
}

export const lvsSyncDaemon = custom<LvsSyncDaemon>({
  args: 'IFNAME [[inst] INSTANCE] [id N] [maxlen N] [port N] [ttl N] [group ADDR]',
  doc: 'Synchronise IPVS connections with the state of an instance.',
  process: 'vrrp+checker',
  read: (line, scope, session) => {
    const name = line.words[1];
    const say = (text: string): void => session.report(text, line);
    const before = scope.values.lvs_sync_daemon as LvsSyncDaemon | undefined;
    if (name === undefined) {
      say('lvs_sync_daemon requires interface');
      return undefined;
    }
    if (before) {
      const given = `${before.interface} ${before.instance ?? ''}`;
      say(`lvs_sync_daemon has already been specified as ${given} - ignoring`);
      return undefined;
    }
    const draft: Draft = { interface: name };
    read(line, session, draft, say);
    return draft;
  },
});
