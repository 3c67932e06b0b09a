/**
 * The shape of the keyword table. One row per keyword: what follows it, its default, what upstream says about
 * a bad value, since when it exists. Parser, checker, model types, manual and completion all read these rows.
 *
 * Texts may use {name} (the block's name), {keyword}, {value} (first argument) and {rest} (all arguments).
 */
import type { Codec } from '../codecs/codec.ts';
import type { Line } from '../cst.ts';
import type { Scope, Session } from '../drafts.ts';

export type Process = 'all' | 'parent' | 'vrrp' | 'checker' | 'bfd' | 'vrrp+checker';
/** Upstream reads the files once in its parent and once for each child, in this order under `-t`. */
export type PassProcess = 'parent' | 'checker' | 'vrrp' | 'bfd';

export interface RowBase {
  /** One sentence in our own words, for manual and completion. */
  readonly doc: string;
  /** First upstream release with the keyword; absent = 2.2.7 or earlier. */
  readonly since?: string;
  readonly until?: string;
  /** Of alived alone: no release of keepalived knows it. */
  readonly extension?: true;
  /** Who uses the value; absent = `vrrp`. */
  readonly process?: Process;
  /** For a root block: the passes that read it, when they are more than the one of `process`. */
  readonly passes?: readonly PassProcess[];
  /** Said whenever the keyword is used. */
  readonly deprecated?: string;
}

export interface ScalarOptions<T> extends RowBase {
  /** The value without an argument. */
  readonly bare?: T;
  /** Said without an argument, when that is neither fatal nor allowed. */
  readonly missing?: string;
  /** Said after the codec's complaint, when the value is refused. */
  readonly bad?: string;
  /** The value a refused argument leaves behind; absent = the keyword is ignored. */
  readonly onBad?: T;
  /** A value that is read well but replaced, with the text that says so. */
  readonly raise?: { readonly from: T; readonly to: T; readonly text: string };
  /**
   * `last` (default): the last value counts. `first`: later ones say `again`. `replace`: the last counts and
   * says `again`. `max`: the largest counts.
   */
  readonly repeat?: 'last' | 'first' | 'replace' | 'max';
  readonly again?: string;
  /** Said when more words follow than the keyword takes; the keyword is then ignored. Absent = they are. */
  readonly extra?: string;
  /** The value is kept under this keyword: the row is another spelling of it. */
  readonly aliasOf?: string;
  readonly ignoresArguments?: true;
}

export interface Scalar<T, D extends T | undefined> extends ScalarOptions<T> {
  readonly kind: 'scalar';
  readonly codec: Codec<T>;
  readonly default: D;
}

/** A keyword with a grammar of its own. Such rows are counted against a budget by a test. */
export interface Custom<T, D extends T | undefined> extends RowBase {
  readonly kind: 'custom';
  readonly args: string;
  readonly default: D;
  /** Reads the line; undefined = nothing to keep. */
  readonly read: (line: Line, scope: Scope, session: Session) => T | undefined;
}

/** A block of lines without keywords of their own. */
export interface List<T> extends RowBase {
  readonly kind: 'list';
  readonly args: string;
  /** What it returns is kept in the scope's values; lines that go to a list of the draft return nothing. */
  readonly item: (line: Line, scope: Scope, session: Session) => T | undefined;
  /** Said at the closing brace of a block without lines. */
  readonly empty?: string;
  /** The keyword has a name, which `begin` reads. */
  readonly named?: true;
  /** At the closing brace; without a line at the end of the file. */
  readonly end?: (line: Line | undefined, scope: Scope, session: Session) => void;
  /** False = the block is skipped; the function has said why. */
  readonly begin?: (line: Line, scope: Scope, session: Session) => boolean;
  /** The line options, for completion and for the fact-base test. */
  readonly options: readonly string[];
}

export interface BlockRow<R extends Rows> extends RowBase {
  readonly kind: 'block';
  readonly args: string;
  readonly rows: R;
  /** The scope to read the block into; undefined = it is skipped and the function has said why. */
  readonly open: (line: Line, scope: Scope, session: Session) => Scope | undefined;
  /** At the closing brace; without a line at the end of the file. */
  readonly close?: (scope: Scope, session: Session, line: Line | undefined) => void;
  readonly repeats?: Repeats;
  /** When the block ended and nothing had to be said about it: `index` is that of its opening statement. */
  readonly quiet?: (scope: Scope, index: number) => void;
}

/**
 * For blocks that stand in a file by the thousand with the same text. What was made of one is given to the
 * next owner without reading the lines again, as long as nothing had to be said about it.
 */
export interface Repeats {
  /** What to keep of a block that has been read; undefined = it cannot serve another owner. */
  readonly keep: (scope: Scope) => unknown;
  /** False = the block is read as usual. */
  readonly give: (kept: unknown, owner: Scope) => boolean;
}

export type AnyRow =
  | Scalar<never, undefined>
  | Scalar<never, never>
  | Custom<unknown, unknown>
  | List<unknown>
  | BlockRow<Rows>;

const OWNERS: Readonly<Record<Process, readonly PassProcess[]>> = {
  all: ['parent'],
  parent: ['parent'],
  checker: ['checker'],
  vrrp: ['vrrp'],
  bfd: ['bfd'],
  'vrrp+checker': ['checker', 'vrrp'],
};

/** The passes that read a keyword of the root; the others skip its block. */
export const passesOf = ({ passes, process = 'vrrp' }: RowBase): readonly PassProcess[] =>
  passes ?? OWNERS[process];

export type Row = { readonly kind: AnyRow['kind']; readonly doc: string };
export type Rows = Readonly<Record<string, Row>>;

// `scalar` keeps the type of the default, so a row with one gives a property that is always there.
export function scalar<T>(codec: Codec<T>, options: ScalarOptions<T>): Scalar<T, undefined>;
export function scalar<T>(codec: Codec<T>, options: ScalarOptions<T> & { readonly default: T }): Scalar<T, T>;
export function scalar<T>(
  codec: Codec<T>,
  options: ScalarOptions<T> & { readonly default?: T },
): Scalar<T, T | undefined> {
  return { kind: 'scalar', codec, default: undefined, ...options };
}

export function custom<T>(options: Omit<Custom<T, undefined>, 'kind' | 'default'>): Custom<T, undefined> {
  return { kind: 'custom', default: undefined, ...options };
}

export function list<T>(options: Omit<List<T>, 'kind'>): List<T> {
  return { kind: 'list', ...options };
}

export function block<R extends Rows>(options: Omit<BlockRow<R>, 'kind'>): BlockRow<R> {
  return { kind: 'block', ...options };
}

type ValueOf<R> =
  R extends Scalar<infer T, infer D>
    ? undefined extends D
      ? T | undefined
      : T
    : R extends Custom<infer T, infer D>
      ? undefined extends D
        ? T | undefined
        : T
      : never;

type ScalarKeys<R> = {
  [K in keyof R]: R[K] extends { readonly kind: 'scalar' } | { readonly kind: 'custom' } ? K : never;
}[keyof R];

/** The values of a block by keyword, with the types its rows declare and defaults filled in. */
export type Values<R> = { readonly [K in ScalarKeys<R>]: ValueOf<R[K]> };
/** The same before defaults: only what the file says. */
export type GivenValues<R> = { [K in ScalarKeys<R>]?: Exclude<ValueOf<R[K]>, undefined> };

/** Fills {name}, {keyword}, {value} and {rest} into a text of a row. */
export function fillText(text: string, line: Line, scope: Scope): string {
  const [keyword = '', ...args] = line.words;
  const parts: Record<string, string> = {
    name: scope.name,
    keyword,
    value: args[0] ?? '',
    rest: args.join(' '),
  };
  return text.replace(/\{(name|keyword|value|rest)\}/g, (_, key: string) => parts[key] ?? '');
}
