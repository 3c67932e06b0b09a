/** Builders for the kinds of row that fill most of the tables. */
import { boolean } from '../codecs/codec.ts';
import { flagCodec } from '../codecs/flag.ts';
import { type RowBase, type Scalar, scalar } from './row.ts';

/** A keyword that switches something on; its arguments are ignored. */
export const flag = (doc: string, more: Omit<RowBase, 'doc'> = {}): Scalar<boolean, boolean> =>
  scalar(flagCodec, { doc, ...more, bare: true, ignoresArguments: true, default: false });

/** `KEYWORD [on|off]`, off by default. */
export const toggle = (doc: string, bad: string, more: Omit<RowBase, 'doc'> = {}): Scalar<boolean, boolean> =>
  scalar(boolean, { doc, bad, ...more, bare: true, default: false });

/** `KEYWORD [on|off]` whose default is taken from elsewhere. */
export const optionalToggle = (
  doc: string,
  bad: string,
  more: Omit<RowBase, 'doc'> = {},
): Scalar<boolean, undefined> => scalar(boolean, { doc, bad, ...more, bare: true });
