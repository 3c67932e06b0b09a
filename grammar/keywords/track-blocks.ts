/** Track blocks that instances and sync groups share: files, processes and BFD sessions are not run yet. */
import type { Line } from '../cst.ts';
import type { InstanceDraft, Scope, Session } from '../drafts.ts';
import { type List, list } from './row.ts';

export const trackLineOptions = (first: string): readonly string[] => [first, 'weight', 'reverse'];

/** A block whose lines are kept as text, with one notice for its kind. */
export function generic(doc: string, args: string, options: readonly string[]): List<string> {
  return list<string>({
    doc,
    args,
    options,
    notYet: true,
    begin: (line, scope, session) => {
      session.notYet(line.keyword, line);
      if (scope.kind === 'instance') (scope as InstanceDraft).notYet.add(line.keyword);
      return true;
    },
    item: (line) => line.text,
  });
}

/** Names are checked already, because a missing one is dropped and that changes the configuration. */
function tracks(doc: string, first: string, what: string, blocks: readonly string[]): List<string> {
  const row = generic(doc, `${first} [weight W [reverse|noreverse]]`, trackLineOptions(first));
  const item = (line: Line, scope: Scope, session: Session): string | undefined => {
    const name = line.keyword;
    if (blocks.some((block) => session.known.has(`${block} ${name}`))) return line.text;
    session.report(`(${scope.name}) track ${what} ${name} not found, ignoring...`, line);
    return undefined;
  };
  return { ...row, item };
}

export const notYetTracks = {
  track_file: tracks('Files tracked.', 'FILE_NAME', 'file', ['track_file', 'vrrp_track_file']),
  track_process: tracks('Processes tracked.', 'PROC_NAME', 'process', ['vrrp_track_process']),
  track_bfd: tracks('BFD sessions tracked.', 'BFD_NAME', 'bfd', ['bfd_instance']),
};
