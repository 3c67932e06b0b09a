/** The port of a virtual, real or sorry server, or of a line of a group: absent and 0 both mean none. */
import { readInteger } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import type { Session } from '../drafts.ts';

/** Undefined = not a port, and the reason has been said; the caller says what is skipped. */
export function readPort(word: string | undefined, line: Line, session: Session): number | undefined {
  if (word === undefined) return 0;
  const { value, complaint } = readInteger(word, { min: 1, max: 65_535 }, session.facts);
  if (value !== undefined) return value;
  // The range in the message starts at 1, yet a 0 is taken, also one of no digits at all.
  if (readInteger(word, { min: 0, max: 0 }, session.facts).value === 0) return 0;
  if (complaint !== undefined) session.report(complaint, line);
  return undefined;
}
