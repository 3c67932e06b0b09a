/**
 * Lines of track_interface and track_script: `NAME [weight N [reverse|noreverse]]`. The two differ in texts
 * and in what a bad option does (keywords.tsv, observed on 2.2.7, including upstream's spelling of
 * "interace").
 */
import { readTrackWeight } from '../codecs/weight.ts';
import type { Line } from '../cst.ts';
import type { GroupDraft, InstanceDraft, Session, TrackDraft } from '../drafts.ts';
import { addTrack, isTracked } from './tracker-line.ts';

type Owner = InstanceDraft | GroupDraft;

export function readTrackInterface(line: Line, owner: Owner, session: Session): TrackDraft | undefined {
  const [name = '', option, value, modifier] = line.words;
  const say = (text: string): void => session.report(`(${owner.name}) ${text}`, line);
  const { facts } = session;
  if (!facts.interface(name) && !session.globals.values.dynamic_interfaces) {
    say(`tracked interface ${name} doesn't exist`);
    session.missingInterface = true;
    return undefined;
  }
  if (isTracked(owner.trackInterfaces, name)) {
    say(`duplicate track_interface ${name} - ignoring`);
    return undefined;
  }
  const track: TrackDraft = { name, line, weight: 0, reverse: false };
  if (option !== undefined) {
    if (option !== 'weight') {
      say(`unknown track_interface ${name} option ${option} - ignoring`);
      return undefined;
    }
    if (value === undefined) {
      say(`weight without value specified for track_interface ${name} - ignoring`);
      return undefined;
    }
    const reading = readTrackWeight(value, facts.testing);
    if (reading.kind === 'refused') {
      session.report(reading.complaint, line);
      say(`weight ${value} for ${name} must be between [-253..253] inclusive. Ignoring...`);
    } else {
      if (reading.kind === 'clamped') say(`weight for ${name} cannot be +/-254. Setting to +/-253`);
      track.weight = reading.weight;
    }
    if (modifier === 'reverse') track.reverse = true;
    else if (modifier !== undefined)
      say(`unknown track_interace ${name} weight option ${modifier} - ignoring`);
  }
  addTrack(owner.trackInterfaces, track);
  return track;
}

export function readTrackScript(line: Line, owner: Owner, session: Session): TrackDraft | undefined {
  const [name = '', option, value, modifier] = line.words;
  const say = (text: string): void => session.report(`(${owner.name}) ${text}`, line);
  // Scripts must stand above the blocks that track them.
  const script = session.scriptByName.get(name);
  if (!script) {
    say(`track script ${name} not found, ignoring...`);
    return undefined;
  }
  if (isTracked(owner.trackScripts, name)) {
    say(`duplicate track_script ${name} - ignoring`);
    return undefined;
  }
  const given = script.values.weight as { weight: number; reverse: boolean } | undefined;
  const track: TrackDraft = { name, line, weight: given?.weight ?? 0, reverse: given?.reverse ?? false };
  if (option !== undefined && !readScriptWeight(track, option, value, modifier, session, say))
    return undefined;
  addTrack(owner.trackScripts, track);
  return track;
}

function readScriptWeight(
  track: TrackDraft,
  option: string,
  value: string | undefined,
  modifier: string | undefined,
  session: Session,
  say: (text: string) => void,
): boolean {
  const { name } = track;
  if (option !== 'weight') {
    say(`unknown track script option ${option} - ignoring`);
    return false;
  }
  if (value === undefined) {
    say(`weight without value specified for track script ${name} - ignoring`);
    return false;
  }
  const reading = readTrackWeight(value, session.facts.testing);
  if (reading.kind === 'refused') {
    session.report(reading.complaint, track.line);
    say(`track script ${name}: weight must be between [-253..253] inclusive, ignoring...`);
  } else {
    if (reading.kind === 'clamped') say(`weight for ${name} cannot be +/-254. Setting to +/-253`);
    track.weight = reading.weight;
  }
  if (modifier === 'reverse') track.reverse = true;
  else if (modifier === 'noreverse') track.reverse = false;
  else if (modifier !== undefined) say(`unknown track_script ${name} weight option ${modifier} - ignoring`);
  return true;
}
