/** `virtual_server_group NAME { … }`: services that share their real servers. */
import { groupLineOptions, readGroupLine } from '../lines/group-line.ts';
import type { GroupDraft } from '../lvs-drafts.ts';
import { missingParameter } from './read-scalar.ts';
import { list } from './row.ts';

export const virtualServerGroup = list<never>({
  doc: 'A named list of services.',
  args: 'NAME',
  process: 'checker',
  options: groupLineOptions,
  named: true,
  begin: (line, _scope, session) => {
    const name = line.words[1];
    if (name === undefined) {
      missingParameter(line, session);
      return false;
    }
    if (line.words.length > 2) {
      // Upstream's reader of lists runs off its words here; the text is what it says.
      const text =
        '*** Configuration line starting `***MISSING ***` is missing a parameter at word position 1';
      session.report(text, line, { class: 'missing-parameter', code: 'AV0100' });
      session.stop();
      return false;
    }
    session.lvs.group = { name, line, entries: [], users: 0 };
    return true;
  },
  item: (line, _scope, session) => {
    if (session.lvs.group) readGroupLine(line, session.lvs.group, session);
    return undefined;
  },
  end: (line, _scope, session) => {
    const { lvs } = session;
    const { group } = lvs;
    lvs.group = undefined;
    if (!group) return;
    const problem = groupProblem(group);
    if (problem !== undefined) session.report(`virtual server group ${group.name} ${problem}`, line);
    // Of two groups with one name the first is the one that virtual servers find.
    else if (!lvs.groups.has(group.name)) lvs.groups.set(group.name, group);
  },
});

function groupProblem({ entries }: GroupDraft): string | undefined {
  if (entries.length === 0) return 'has no entries - removing';
  let v4 = false;
  let v6 = false;
  let bareMark = false;
  for (const entry of entries) {
    if (entry.kind === 'fwmark') bareMark ||= entry.family === undefined;
    else if (typeof entry.first === 'number') v4 = true;
    else v6 = true;
  }
  return v4 && v6 && bareMark ? 'cannot have IPv4, IPv6 and fwmark without family - removing' : undefined;
}
