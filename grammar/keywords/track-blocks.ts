/** Track blocks of files, processes and BFD sessions, which instances and sync groups share. */

import type { GroupDraft, InstanceDraft } from '../drafts.ts';
import { readTrackerLine, type TrackerKind } from '../lines/tracker-line.ts';
import { type List, list } from './row.ts';

export const trackLineOptions = (first: string): readonly string[] => [first, 'weight', 'reverse'];

const tracks = (doc: string, first: string, kind: TrackerKind): List<unknown> =>
  list<unknown>({
    doc,
    args: `${first} [weight W [reverse|noreverse]]`,
    options: trackLineOptions(first),
    item: (line, scope, session) =>
      void readTrackerLine(kind, line, scope as InstanceDraft | GroupDraft, session),
  });

export const trackerBlocks = {
  track_file: tracks('Files tracked.', 'FILE_NAME', 'file'),
  track_process: tracks('Processes tracked.', 'PROC_NAME', 'process'),
  track_bfd: tracks('BFD sessions tracked.', 'BFD_NAME', 'bfd'),
};
