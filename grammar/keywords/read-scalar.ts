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

export function readScalar(row: Scalar<unknown, unknown>, line: Line, scope: Scope, session: Session): void {
  const say = (text: string | undefined): void => {
    if (text !== undefined) session.report(fillText(text, line, scope), line);
  };
  const [keyword = '', ...args] = line.words;
  const key = row.aliasOf ?? keyword;
  say(row.deprecated);
  const word = row.ignoresArguments ? undefined : args[0];
  if (word === undefined) {
    if (row.bare !== undefined) store(row.bare);
    else if (row.missing !== undefined) say(row.missing);
    else missingParameter(line, session);
    return;
  }
  if (row.repeat === 'first' && key in scope.values) {
    say(row.again);
    return;
  }
  if (row.extra !== undefined && args.length > 1) {
    say(row.extra);
    return;
  }
  const { value, complaint } = row.codec.parse(word, { testing: session.facts.testing });
  say(complaint);
  if (value === undefined) {
    say(row.bad);
    if (row.onBad !== undefined) store(row.onBad);
    return;
  }
  if (row.raise && value === row.raise.from) {
    say(row.raise.text);
    store(row.raise.to);
    return;
  }
  store(value);

  function store(next: unknown): void {
    const old = scope.values[key];
    if (row.repeat === 'max' && typeof old === 'number' && typeof next === 'number' && old > next) return;
    scope.values[key] = next;
    scope.places[key] = line;
  }
}
