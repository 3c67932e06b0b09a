/**
 * Lines of track_file, track_process and track_bfd: `NAME [weight N [reverse|noreverse]]`. The three differ
 * in their range, in some texts and in whether an unknown modifier drops the line (observed on 2.2.7).
 */
import { readInteger } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import type { GroupDraft, InstanceDraft, Session, TrackDraft } from '../drafts.ts';
import type { WeightOption } from '../keywords/trackers.ts';

export type TrackerKind = 'file' | 'process' | 'bfd';
type Owner = InstanceDraft | GroupDraft;

interface Flavour {
  readonly list: 'trackFiles' | 'trackProcesses' | 'trackBfds';
  readonly max: number;
  readonly option: (name: string, option: string) => string;
  readonly modifier: (name: string, modifier: string) => string;
  readonly dropsUnknownModifier: boolean;
  /** The weight of a tracker that names none. */
  readonly weight: number;
}

const flavours: Readonly<Record<TrackerKind, Flavour>> = {
  file: {
    list: 'trackFiles',
    max: 254,
    option: (_name, option) => `unknown track file option ${option}`,
    modifier: (name, modifier) => `unknown track file ${name} weight option ${modifier}`,
    dropsUnknownModifier: true,
    weight: 1,
  },
  process: {
    list: 'trackProcesses',
    max: 254,
    option: (_name, option) => `unknown track process option ${option}`,
    modifier: (name, modifier) => `unknown track_process ${name} weight option ${modifier}`,
    dropsUnknownModifier: false,
    weight: 0,
  },
  bfd: {
    list: 'trackBfds',
    max: 253,
    option: (name, option) => `unknown track bfd ${name} option ${option}`,
    modifier: (name, modifier) => `unknown track bfd ${name} weight option ${modifier}`,
    dropsUnknownModifier: true,
    weight: 0,
  },
};

const names = new WeakMap<readonly TrackDraft[], Set<string>>();

/** Whether a list holds a name already; lists of ten thousand trackers exist. */
export function isTracked(list: readonly TrackDraft[], name: string): boolean {
  return names.get(list)?.has(name) ?? false;
}

export function addTrack(list: TrackDraft[], track: TrackDraft): void {
  const known = names.get(list);
  if (known) known.add(track.name);
  else names.set(list, new Set([track.name]));
  list.push(track);
}

function findTracker(kind: TrackerKind, name: string, { vrrp }: Session) {
  const maps = { file: vrrp.trackFiles, process: vrrp.trackProcesses, bfd: vrrp.bfds } as const;
  return maps[kind].get(name);
}

export function readTrackerLine(kind: TrackerKind, line: Line, owner: Owner, session: Session): void {
  const [name = '', option] = line.words;
  const say = (text: string): void => session.report(`(${owner.name}) ${text}`, line);
  const flavour = flavours[kind];
  const list = owner[flavour.list];
  const tracker = findTracker(kind, name, session);
  if (!tracker) {
    say(`track ${kind} ${name} not found, ignoring...`);
    return;
  }
  if (isTracked(list, name)) {
    say(`duplicate track_${kind} ${name} - ignoring`);
    return;
  }
  const given = tracker.values.weight as WeightOption | undefined;
  const track = {
    name,
    line,
    weight: given?.weight ?? flavour.weight,
    reverse: given?.reverse ?? false,
  };
  if (option === undefined || readWeight(kind, track, session, say)) addTrack(list, track);
}

type Say = (text: string) => void;

/** False = the line is dropped. */
function readWeight(kind: TrackerKind, track: TrackDraft, session: Session, say: Say): boolean {
  const { line, name } = track;
  const [, option = '', value, modifier] = line.words;
  const owner = flavours[kind];
  if (option !== 'weight') {
    say(`${owner.option(name, option)} - ignoring`);
    return false;
  }
  if (value === undefined) {
    say(`weight without value specified for track ${kind} ${name} - ignoring`);
    return false;
  }
  const range = { min: -owner.max, max: owner.max, signed: true, lenient: true };
  const reading = readInteger(value, range, session.facts);
  if (reading.complaint !== undefined) session.report(reading.complaint, line);
  if (reading.value === undefined) {
    const limits = `[-${owner.max}..${owner.max}]`;
    say(`weight for track ${kind} ${name} must be in ${limits} inclusive. Ignoring...`);
  } else {
    track.weight = reading.value;
  }
  if (modifier === 'reverse') track.reverse = true;
  else if (modifier === 'noreverse') track.reverse = false;
  else if (modifier !== undefined) {
    say(`${owner.modifier(name, modifier)} - ignoring`);
    return !owner.dropsUnknownModifier;
  }
  return true;
}
