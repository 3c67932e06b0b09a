/**
 * How a scalar row reads its line: argument, repeat rule, complaint, repair. All plain keywords go through
 * this one function, so their behaviour differs only by what the table says.
 */
import type { Line } from '../cst.ts';
import type { Scope, Session } from '../drafts.ts';
import { fillText, type Scalar } from './row.ts';

/** Upstream ends the run here with exit status 2: the daemon must not start without the value. */
export function missingParameter(line: Line, session: Session, position = 2): void {
  const { keyword } = line;
  const text =
    `*** Configuration line starting \`${keyword}\` is missing a parameter after keyword ` +
    `\`${line.words[position - 2] ?? keyword}\` at word position ${position}`;
  session.report(text, line, { class: 'missing-parameter', code: 'AV0100' });
  session.stop();
}

/** `replace` says that there was a value already and takes the new one all the same. */
export function readScalar(row: Scalar<unknown, unknown>, line: Line, scope: Scope, session: Session): void {
  if (scope.muted) return;
  const { words } = line;
  const key = row.aliasOf ?? words[0] ?? '';
  if (row.deprecated !== undefined) session.report(fillText(row.deprecated, line, scope), line);
  const word = row.ignoresArguments ? undefined : words[1];
  if (word === undefined) {
    if (row.bare !== undefined) store(row, key, row.bare, line, scope);
    else if (row.missing !== undefined) session.report(fillText(row.missing, line, scope), line);
    else missingParameter(line, session);
    return;
  }
  if (row.again !== undefined && key in scope.values) {
    session.report(fillText(row.again, line, scope), line);
    if (row.repeat !== 'replace') return;
  } else if (row.repeat === 'first' && key in scope.values) {
    return;
  }
  if (row.extra !== undefined && words.length > 2) {
    session.report(fillText(row.extra, line, scope), line);
    return;
  }
  const { value, complaint, remark } = row.codec.parse(word, session.facts);
  if (remark !== undefined) session.report(remark, line);
  if (complaint !== undefined) session.report(complaint, line);
  if (value === undefined) {
    if (row.bad !== undefined) session.report(fillText(row.bad, line, scope), line);
    if (row.onBad !== undefined) store(row, key, row.onBad, line, scope);
    return;
  }
  if (row.raise !== undefined && value === row.raise.from) {
    session.report(fillText(row.raise.text, line, scope), line);
    store(row, key, row.raise.to, line, scope);
    return;
  }
  store(row, key, value, line, scope);
}

function store(row: Scalar<unknown, unknown>, key: string, next: unknown, line: Line, scope: Scope): void {
  if (row.repeat === 'max') {
    const old = scope.values[key];
    if (typeof old === 'number' && typeof next === 'number' && old > next) return;
  }
  scope.values[key] = next;
  scope.places[key] = line;
}
