/** The `group` list that sync groups and track groups share, with upstream's text for a second one. */
import type { Scope } from '../drafts.ts';
import { type List, list } from './row.ts';

/** A draft that the list fills; undefined until one has been read. */
interface Members extends Scope {
  members: string[] | undefined;
}

export function memberList(kind: 'sync' | 'track'): List<string> {
  return list<string>({
    doc: 'The member instances, one or more on each line.',
    args: 'INSTANCE...',
    options: ['INSTANCE_NAME'],
    empty: `Warning - ${kind} group {name} has empty group block`,
    begin: (line, scope, session) => {
      const group = scope as Members;
      if (group.members !== undefined) {
        session.report(`Group list already specified for sync group ${group.name}`, line);
        return false;
      }
      group.members = [];
      return true;
    },
    item: (line, scope) => {
      (scope as Members).members?.push(...line.words);
      return undefined;
    },
  });
}
