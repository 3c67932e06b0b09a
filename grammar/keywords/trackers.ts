/** `track_file`, `vrrp_track_file`, `vrrp_track_process`: files and processes that move priorities. */
import { decimalSeconds, readInteger } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import { LOG_ONLY, newScope, type Scope, type Session } from '../drafts.ts';
import type { TrackerDraft } from '../vrrp-drafts.ts';
import { missingParameter } from './read-scalar.ts';
import { block, type Custom, custom, type RowBase, scalar } from './row.ts';
import { flag } from './shortcuts.ts';

export interface WeightOption {
  readonly weight: number;
  readonly reverse: boolean;
}

interface WeightTexts {
  readonly keyword: 'track_file' | 'vrrp_track_process';
  readonly what: 'file' | 'process';
  /** The weight that counts as not given yet. */
  readonly unset: number;
}

const weight = ({ keyword, what, unset }: WeightTexts): Custom<WeightOption, undefined> =>
  custom({
    args: 'INT(-254..254) [reverse]',
    doc: `How much the ${what} moves the priority; 0 means FAULT.`,
    read: (line, scope, session) => {
      const [, word, modifier] = line.words;
      const { name } = scope;
      const before = (scope.values.weight as WeightOption | undefined)?.weight ?? unset;
      if (word === undefined) {
        session.report(`No weight specified for track ${what} ${name} - ignoring`, line);
        return undefined;
      }
      if (before !== unset) {
        session.report(`Weight already set for track ${what} ${name} - ignoring ${word}`, line);
        return undefined;
      }
      const range = { min: -254, max: 254, signed: true, lenient: true };
      const { value, complaint } = readInteger(word, range, session.facts);
      if (complaint !== undefined) session.report(complaint, line);
      if (value === undefined) {
        const limits = 'must be between [-254..254] inclusive. Ignoring...';
        session.report(`Weight (${word}) for ${keyword} ${name} ${limits}`, line);
        // For a file the word behind a bad number is looked at all the same.
        if (what === 'process') return undefined;
      }
      const reverse = modifier === 'reverse';
      if (modifier !== undefined && !reverse) {
        session.report(`${keyword} ${name} unknown weight option ${modifier}`, line);
      }
      return value === undefined ? undefined : { weight: value, reverse };
    },
  });

/** `init_file [VALUE] [overwrite]`. */
export interface InitFile {
  readonly value: number;
  readonly overwrite: boolean;
}

const initFile = custom<InitFile>({
  args: '[INT] [overwrite]',
  doc: 'Write the file at start when it is missing, or always.',
  read: (line, { name }, session) => {
    let value = 0;
    let overwrite = false;
    for (const word of line.words.slice(1)) {
      if (/^[+-]?\d/.test(word)) {
        const range = { min: -2_147_483_648, max: 2_147_483_647, signed: true };
        const reading = readInteger(word, range, session.facts);
        if (reading.complaint !== undefined) session.report(reading.complaint, line);
        if (reading.value === undefined) {
          session.report(`Track file ${name} init value ${word} is invalid`, line);
          continue;
        }
        value = reading.value;
        if (Math.abs(value) > 254) {
          session.report(
            `Track file ${name} init value ${value} is outside sensible range [-254, 254]`,
            line,
          );
        }
      } else if (word === 'overwrite') {
        overwrite = true;
      } else {
        session.report(`Unknown track file init option ${word}`, line);
      }
    }
    return { value, overwrite };
  },
});

export const trackFileRows = {
  file: custom<string>({
    args: 'PATH',
    doc: 'The file whose number counts.',
    read: (line, { name, values }, session) => {
      const word = line.words[1];
      if (word === undefined) session.report('track file file name missing', line);
      else if (values.file === undefined) return word;
      else session.report(`File already set for track file ${name} - ignoring ${word}`, line);
      return undefined;
    },
  }),
  weight: weight({ keyword: 'track_file', what: 'file', unset: 1 }),
  init_file: initFile,
};

function named(kind: 'tracker') {
  return (line: Line, _scope: Scope, session: Session): Scope | undefined => {
    const name = line.words[1];
    if (name !== undefined) return newScope(kind, name, line);
    missingParameter(line, session);
    return undefined;
  };
}

function closeFile(scope: Scope, session: Session, line: Line | undefined): void {
  const { name, values } = scope;
  if (values.file === undefined) {
    session.report(`No file set for track_file ${name} - ignoring`, line);
    return;
  }
  session.known.add(`${scope.line?.keyword ?? ''} ${name}`);
  const { trackFiles } = session.vrrp;
  // Of two files with one name the first is the one that others find.
  if (!trackFiles.has(name)) trackFiles.set(name, scope as TrackerDraft);
}

const openTracker = named('tracker');

function openOldFile(line: Line, scope: Scope, session: Session): Scope | undefined {
  const text = '"vrrp_track_file" is deprecated, please use "track_file"';
  session.report(text, line, LOG_ONLY);
  return openTracker(line, scope, session);
}

const fileBlock = (doc: string, open = openTracker) =>
  block({
    doc,
    args: 'NAME',
    process: 'vrrp',
    passes: ['checker', 'vrrp'],
    rows: trackFileRows,
    open,
    close: closeFile,
  });

export const trackFile = fileBlock('A file whose number can be tracked.');
export const vrrpTrackFile = fileBlock('Old name of track_file.', openOldFile);

const delay = (doc: string) =>
  scalar(decimalSeconds(0.000001, 3600), {
    doc,
    bad: '{keyword} ({value}) for vrrp_track_process {name} must be between [0.000001..3600] inclusive. Ignoring...',
  });

const COUNT_MAX = 65_535;

/** A bound of the number of processes; the two must not cross. */
function count(keyword: 'quorum' | 'quorum_max', least: number, doc: string, more: Partial<RowBase> = {}) {
  const label = keyword === 'quorum' ? 'Quorum' : keyword;
  return custom<number>({
    args: `UINT(${least}..${COUNT_MAX})`,
    doc,
    ...more,
    read: (line, { name, values }, session) => {
      const word = line.words[1];
      if (word === undefined) {
        missingParameter(line, session);
        return undefined;
      }
      const { value, complaint } = readInteger(
        word,
        { min: least, max: COUNT_MAX, lenient: true },
        session.facts,
      );
      if (complaint !== undefined) session.report(complaint, line);
      if (value === undefined) {
        const limits = `must be between [${least}..${COUNT_MAX}] inclusive. Ignoring...`;
        session.report(`${label} (${word}) for vrrp_track_process ${name} ${limits}`, line);
        return undefined;
      }
      const most = Number(values.quorum_max ?? Number.POSITIVE_INFINITY);
      if (keyword === 'quorum' && value > most) {
        session.report('Quorum is greater than quorum_max - ignoring', line);
        return undefined;
      }
      if (keyword === 'quorum_max' && value < Number(values.quorum ?? 1)) {
        // No process at all may be the wish when no quorum has been asked for.
        if (value > 0 || values.quorum !== undefined) {
          session.report('quorum_max is less than quorum - ignoring', line);
          return undefined;
        }
        values.quorum = 0;
      }
      return value;
    },
  });
}

export const trackProcessRows = {
  process: custom<readonly string[]>({
    args: 'COMMAND [PARAM]...',
    doc: 'The process to look for; with parameters the whole command line must fit.',
    read: (line, { name, values }, session) => {
      const words = line.words.slice(1);
      if (words.length === 0) missingParameter(line, session);
      else if (values.process === undefined) return words;
      else session.report(`Process already set for track process ${name} - ignoring ${words[0] ?? ''}`, line);
      return undefined;
    },
  }),
  param_match: custom<'exact' | 'initial' | 'partial'>({
    args: '[initial|partial]',
    doc: 'How parameters are compared; exactly without a word.',
    read: (line, _scope, session) => {
      const word = line.words[1];
      if (word === undefined) return 'exact';
      if (word === 'initial' || word === 'partial') return word;
      session.report(`Invalid param_match type ${word} - ignoring`, line);
      return undefined;
    },
  }),
  weight: weight({ keyword: 'vrrp_track_process', what: 'process', unset: 0 }),
  quorum: count('quorum', 1, 'How many processes there must be.'),
  quorum_max: count('quorum_max', 0, 'How many processes there may be.'),
  delay: delay('Sets both delays below.'),
  terminate_delay: delay('Seconds before too few processes count.'),
  fork_delay: delay('Seconds before enough processes count.'),
  full_command: flag('Compare the command line instead of the name.'),
};

function closeProcess(scope: Scope, session: Session, line: Line | undefined): void {
  const { name, values } = scope;
  if (values.process === undefined) {
    session.report(`track process '${name}' process name not specified`, line);
    return;
  }
  session.known.add(`vrrp_track_process ${name}`);
  const { trackProcesses } = session.vrrp;
  if (!trackProcesses.has(name)) trackProcesses.set(name, scope as TrackerDraft);
}

export const vrrpTrackProcess = block({
  doc: 'A process whose presence can be tracked.',
  args: 'NAME',
  process: 'vrrp',
  rows: trackProcessRows,
  open: named('tracker'),
  close: closeProcess,
});
