/** What the bundle and the start-up snapshot both need to know of a command line before they act on it. */
import { basename } from 'node:path';
import { isSea } from 'node:sea';
import type { ParsedOptions } from './options.ts';

/** The name the program was called by, which bin/alived hands over and the single executable knows. */
export const calledAs = (env: Readonly<Record<string, string | undefined>>): string =>
  env.ALIVED_ARGV0 ?? (isSea() ? process.argv[1] : undefined) ?? 'alived';

/** Of alived alone. */
export const SUBCOMMANDS: readonly string[] = ['check', 'explain', 'expand', 'fmt', 'plan'];

/** keepalived has no subcommands, so a word there stays the stray argument that it is. */
export const asksSubcommand = (program: string, args: readonly string[]): boolean =>
  basename(program) === 'alived' && SUBCOMMANDS.includes(args[0] ?? '');

/** What genhash is asked: under its own name everything, else what follows `-T`. Undefined = nothing. */
export function genhashWords(program: string, args: readonly string[]): readonly string[] | undefined {
  if (basename(program) === 'genhash') return args;
  const at = args.findIndex((word) => word === '-T' || word === '--genhash');
  if (at < 0) return undefined;
  if (at > 0) process.stderr.write('Warning -- `-T` not used as first option, previous options ignored\n');
  return args.slice(at + 1);
}

export type Options = Extract<ParsedOptions, { readonly ok: true }>;

export const asksQuestion = ({ show, signum }: Options): boolean =>
  show !== undefined || signum !== undefined;

/** What is wrong with the options without being an end to it. */
export function sayNotes({ stdout, stderr }: Options): void {
  for (const line of stdout) process.stdout.write(`${line}\n`);
  for (const line of stderr) process.stderr.write(`${line}\n`);
}
