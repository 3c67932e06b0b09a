/**
 * What `scripts/observe-keywords.ts` asks upstream: each keyword in its block, with eight kinds of argument.
 * A topic becomes one file of fixtures/config/keywords/.
 */
import type { AnyRow, Rows } from '../../../grammar/keywords/row.ts';

export interface KeywordCase {
  /** `KEYWORD KIND`; the test groups by the first word. */
  readonly case: string;
  readonly text: string;
}

export interface Topic {
  /** Name of the fixture file, without its extension. */
  readonly name: string;
  readonly cases: readonly KeywordCase[];
}

const GENERIC: Readonly<Record<string, string>> = {
  none: '',
  zzz: 'zzz',
  big: '99999999999',
  neg: '-1',
  dec: '1.5',
  zero: '0',
  on: 'on',
  '2w': 'on extra',
};

/** `wrap` puts a statement into its block; the statement may have several lines. */
export type Wrap = (statement: string) => string;

/**
 * Eight arguments for one keyword, twice the keyword, and whatever is worth more: valid values above all.
 * Extra arguments are keyed by the name of the case.
 */
export function keywordCases(
  wrap: Wrap,
  keyword: string,
  extras: Readonly<Record<string, string>> = {},
): KeywordCase[] {
  const line = (argument: string): string => `${keyword} ${argument}`.trimEnd();
  const kinds = Object.entries({ ...GENERIC, ...extras });
  return [
    ...kinds.map(([kind, argument]) => ({ case: `${keyword} ${kind}`, text: wrap(line(argument)) })),
    { case: `${keyword} twice`, text: wrap(`${line('1')}\n ${line('2')}`) },
  ];
}

/** The keywords of a block that upstream 2.2.7 knows and that take their arguments on one line. */
export function plainKeywords(rows: Rows): string[] {
  return Object.entries(rows)
    .filter(([, row]) => {
      const { kind, since } = row as AnyRow;
      return (kind === 'scalar' || kind === 'custom') && since === undefined;
    })
    .map(([keyword]) => keyword);
}
