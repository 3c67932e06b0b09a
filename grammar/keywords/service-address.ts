/** What names a virtual, real or sorry server, or a line of a group: address, port, firewall mark. */
import { type Host, readHost } from '../codecs/host.ts';
import { readInteger } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import type { Session } from '../drafts.ts';

/**
 * Absent and 0 both mean none. Undefined = not a port, and the reason has been said; the caller says what is
 * skipped.
 */
export function readPort(word: string | undefined, line: Line, session: Session): number | undefined {
  if (word === undefined) return 0;
  const { value, complaint } = readInteger(word, { min: 1, max: 65_535 }, session.facts);
  if (value !== undefined) return value;
  // The range in the message starts at 1, yet a 0 is taken, also one of no digits at all.
  if (readInteger(word, { min: 0, max: 0 }, session.facts).value === 0) return 0;
  if (complaint !== undefined) session.report(complaint, line);
  return undefined;
}

/** Address and port of a server; undefined = one of them is wrong, and why has been said of the port only. */
export function readEndpoint(
  word: string,
  portWord: string | undefined,
  line: Line,
  session: Session,
): { readonly host: Host; readonly port: number } | undefined {
  const port = readPort(portWord, line, session);
  const host = port === undefined ? undefined : readHost(word);
  return host === undefined || port === undefined ? undefined : { host, port };
}

/** A firewall mark; undefined = it is none, and what is wrong with the number has been said. */
export function readMarkNumber(word: string, line: Line, session: Session): number | undefined {
  const { value, complaint } = readInteger(
    word,
    { min: 0, max: 4_294_967_295, lenient: true },
    session.facts,
  );
  if (complaint !== undefined) session.report(complaint, line);
  return value;
}
