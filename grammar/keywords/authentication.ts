/** `authentication { … }` of an instance: VRRPv2 only. Blocks add up, later values win. */
import { oneOf, text } from '../codecs/codec.ts';
import type { Line } from '../cst.ts';
import type { InstanceDraft, Session } from '../drafts.ts';
import { missingParameter } from './read-scalar.ts';
import { block, custom } from './row.ts';

const types = oneOf('PASS', 'AH');
/** The field in a VRRPv2 packet is eight bytes long. */
const MAX_PASSWORD = 8;

const argument = (line: Line, session: Session): string | undefined => {
  const word = line.words[1];
  if (word === undefined) missingParameter(line, session);
  return word;
};

export const authenticationRows = {
  auth_type: custom<'PASS' | 'AH'>({
    args: types.name,
    doc: 'PASS = password in clear text in every packet; AH = keyed MD5 over the packet.',
    read: (line, scope, session) => {
      const word = argument(line, session);
      if (word === undefined) return undefined;
      const { value } = types.parse(word, { testing: true });
      if (value === undefined) session.report(`(${scope.name}) unknown authentication type '${word}'`, line);
      return value;
    },
  }),
  auth_pass: custom<string>({
    args: text.name,
    doc: 'The password; eight characters count.',
    read: (line, _scope, session) => {
      const word = argument(line, session);
      if (word === undefined) return undefined;
      if (word.length > MAX_PASSWORD) session.report('Truncating auth_pass to 8 characters', line);
      return word.slice(0, MAX_PASSWORD);
    },
  }),
};

export const authentication = block({
  doc: 'VRRPv2 authentication.',
  args: '',
  rows: authenticationRows,
  open: (line, scope) => {
    const instance = scope as InstanceDraft;
    instance.auth ??= {};
    return {
      kind: 'authentication',
      name: instance.name,
      line,
      values: instance.auth,
      places: {},
    };
  },
});
