/**
 * What the log says of packets that are refused. In: the reason and the sender. Out: upstream's lines, where
 * a stream of equal packets is worth one of them a second: a peer that has not noticed the end of a session
 * sends a hundred.
 */
import { type Family, seconds, subUs, type Us, us } from '../units.ts';
import type { BfdProblem } from '../wire/bfd.ts';

export type Refused =
  | { readonly refused: 'bogus'; readonly problem: BfdProblem }
  | { readonly refused: 'no-session'; readonly discriminator: number }
  | { readonly refused: 'far'; readonly family: Family; readonly hopLimit: number; readonly least: number }
  | { readonly refused: 'authentication' };

type Line = readonly [id: string, ...args: (string | number)[]];

function linesOf(refused: Refused, source: string, port: number): Line[] {
  switch (refused.refused) {
    case 'bogus':
      return [problemLine(refused.problem), ['bfd-bogus', source, port]];
    case 'no-session':
      return [['bfd-no-session', source, port, refused.discriminator]];
    case 'far':
      return [['bfd-too-far', refused.family, refused.hopLimit, refused.least]];
    case 'authentication':
      return [['bfd-authentication', source, port]];
  }
}

function problemLine(problem: BfdProblem): Line {
  switch (problem.problem) {
    case 'short':
      return ['bfd-short', problem.length];
    case 'version':
      return ['bfd-version', problem.version];
    case 'length':
      return ['bfd-length', problem.field, problem.length];
    default:
      return [`bfd-${problem.problem}`];
  }
}

const SILENCE_US = seconds(1);

type Log = (id: string, args: readonly (string | number)[]) => void;

export class RefusalLog {
  readonly #log: Log;
  #last = '';
  #saidUs = us(0);

  constructor(log: Log) {
    this.#log = log;
  }

  say(refused: Refused, source: string, port: number, nowUs: Us): void {
    const lines = linesOf(refused, source, port);
    const key = `${source} ${JSON.stringify(lines)}`;
    if (key === this.#last && subUs(nowUs, this.#saidUs) < SILENCE_US) return;
    this.#last = key;
    this.#saidUs = nowUs;
    for (const [id, ...args] of lines) this.#log(id, args);
  }
}
