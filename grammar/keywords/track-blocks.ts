/** Track blocks of files, processes and BFD sessions, which instances and sync groups share. */

import type { Line } from '../cst.ts';
import type { GroupDraft, InstanceDraft, Scope, Session } from '../drafts.ts';
import { readTrackerLine, type TrackerKind } from '../lines/tracker-line.ts';
import { type List, list } from './row.ts';

export const trackLineOptions = (first: string): readonly string[] => [first, 'weight', 'reverse'];

/** Notes that a block is understood and not acted on, for the notice and for the model. */
export function marksNotYet(line: Line, scope: Scope, session: Session): boolean {
  session.notYet(line.keyword, line);
  if (scope.kind === 'instance') (scope as InstanceDraft).notYet.push(line.keyword);
  return true;
}

type NotYet = Pick<List<unknown>, 'notYet' | 'begin'>;

const tracks = (doc: string, first: string, kind: TrackerKind, notYet: NotYet = {}): List<unknown> =>
  list<unknown>({
    doc,
    args: `${first} [weight W [reverse|noreverse]]`,
    options: trackLineOptions(first),
    ...notYet,
    item: (line, scope, session) =>
      void readTrackerLine(kind, line, scope as InstanceDraft | GroupDraft, session),
  });

export const trackerBlocks = {
  track_file: tracks('Files tracked.', 'FILE_NAME', 'file'),
  track_process: tracks('Processes tracked.', 'PROC_NAME', 'process'),
  track_bfd: tracks('BFD sessions tracked.', 'BFD_NAME', 'bfd', { notYet: true, begin: marksNotYet }),
};
