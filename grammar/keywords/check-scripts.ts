/** Commands of virtual and real servers: like those of VRRP, but kept with the server they belong to. */
import { parseScriptLine } from '../codecs/script.ts';
import type { ScriptCommand } from '../drafts.ts';
import { missingParameter } from './read-scalar.ts';
import { type Custom, custom } from './row.ts';
import { readCommand } from './scripts.ts';

export function checkCommand(doc: string): Custom<ScriptCommand, undefined> {
  return custom({
    args: 'SCRIPT [USER [GROUP]]',
    doc,
    process: 'checker',
    read: (line, scope, session) => {
      const parsed = parseScriptLine(line.text);
      if (parsed.ok && !parsed.value) {
        missingParameter(line, session);
        return undefined;
      }
      if (scope.values[line.keyword] === undefined) return readCommand(line, session);
      const given = parsed.ok ? (parsed.value?.argv.join(' ') ?? '') : '';
      // Upstream prints a name it does not have; the text is what people search for.
      session.report(`((null)) ${line.keyword} script already specified - ignoring ${given}`, line);
      return undefined;
    },
  });
}
