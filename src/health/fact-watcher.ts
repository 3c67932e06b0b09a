/**
 * FILE_CHECK and BFD_CHECK: the number in a tracked file becomes a weight or takes the server out, a BFD
 * session that is down takes it out. In: facts of the trackers. Out: whether the server may be up, a weight.
 */
import type { CheckedServer } from './config.ts';
import type { Watcher, WatcherOutputs } from './watcher.ts';

export interface FileCheck {
  readonly type: 'FILE_CHECK';
  /** Name of the track_file. */
  readonly file: string;
  /** 0 = every number but 0 takes the server out. */
  readonly weight: number;
  readonly reverse: boolean;
}

export interface BfdCheck {
  readonly type: 'BFD_CHECK';
  /** Name of the bfd_instance. */
  readonly session: string;
  /** Until something is known of the session the server is down; without it is up. */
  readonly alpha: boolean;
}

export type FactCheck = FileCheck | BfdCheck;

/** What trackers know; undefined = nothing yet. */
export interface Facts {
  readonly file: (name: string) => number | undefined;
  readonly bfd: (name: string) => boolean | undefined;
}

export interface FactState {
  readonly up: boolean;
  readonly weight: number;
}

/** What a check makes of the facts. */
export function factState(check: FactCheck, facts: Facts): FactState {
  if (check.type === 'BFD_CHECK') return { up: facts.bfd(check.session) ?? !check.alpha, weight: 0 };
  const value = facts.file(check.file) ?? 0;
  const { weight, reverse } = check;
  if (weight === 0) return { up: (value !== 0) === reverse, weight: 0 };
  return { up: true, weight: value * weight * (reverse ? -1 : 1) };
}

type FactSpec = Pick<Watcher, 'virtual' | 'server'> & {
  readonly check: FactCheck;
  /** The server is up: what is not known yet does not take it out. */
  readonly trusted: boolean;
};

export class FactWatcher implements Watcher {
  readonly virtual: string;
  readonly server: CheckedServer;
  readonly check: FactCheck;
  readonly #facts: Facts;
  readonly #outputs: WatcherOutputs;
  #state: FactState;
  #known: boolean;

  constructor(facts: Facts, outputs: WatcherOutputs, spec: FactSpec) {
    this.virtual = spec.virtual;
    this.server = spec.server;
    this.check = spec.check;
    this.#facts = facts;
    this.#outputs = outputs;
    const state = factState(spec.check, facts);
    this.#state = spec.trusted && !isKnown(spec.check, facts) ? { ...state, up: true } : state;
    this.#known = isKnown(spec.check, facts);
  }

  get up(): boolean {
    return this.#state.up;
  }

  get weight(): number {
    return this.#state.weight;
  }

  begin(): void {}

  stop(): void {}

  /** Looks at the facts again. */
  look(): void {
    const before = this.#state;
    this.#state = factState(this.check, this.#facts);
    if (this.#state.weight !== before.weight) this.#outputs.weighed(this);
    const first = !this.#known && isKnown(this.check, this.#facts);
    this.#known ||= first;
    if (this.#state.up === before.up && !first) return;
    const { check } = this;
    // Nobody is written to about tracked files (seen with 2.2.7).
    if (check.type === 'BFD_CHECK') {
      const how = this.#state.up ? 'succeeded' : 'failed';
      this.#outputs.mailed(this, `BFD CHECK ${check.session} ${how} on service`);
    } else {
      const id = this.#state.up ? 'file-leaves-fault' : 'file-fault';
      this.#outputs.log(id, [this.server.name, check.file]);
    }
    this.#outputs.judged(this);
  }
}

const isKnown = (check: FactCheck, facts: Facts): boolean =>
  check.type === 'FILE_CHECK' || facts.bfd(check.session) !== undefined;
