/** A command of the grammar's model as it is run, without a time limit. */
import { isForShell } from '../../grammar/codecs/script.ts';
import type { Command } from '../../grammar/model.ts';
import type { ScriptSpec } from '../ports/scripts.ts';

export const scriptOf = ({ argv, uid, gid }: Command): ScriptSpec => ({
  argv: [...argv],
  uid,
  gid,
  ...(isForShell(argv) ? { byShell: true } : {}),
});
