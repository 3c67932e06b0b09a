/**
 * One checker at work: it waits, probes, and tells its host when the verdict changes. In: its configuration,
 * the outcome of connections. Out: log lines in the words of 2.2.7, whether its real server may be up.
 */
import type { Clock } from '../ports/clock.ts';
import type { Connecting, ConnectOutcome, Connector } from '../ports/connect.ts';
import { addUs, type Us } from '../units.ts';
import type { CheckConfig, CheckedServer } from './config.ts';
import { initialVerdict, judge, type VerdictState } from './verdict.ts';

export interface CheckerPorts {
  readonly clock: Clock;
  readonly connector: Connector;
}

export interface CheckerSpec {
  /** Tells its timer from those of others. */
  readonly id: string;
  readonly virtual: string;
  readonly server: CheckedServer;
  readonly config: CheckConfig;
  readonly state: VerdictState;
}

export interface CheckerOutputs {
  readonly log: (id: string, args: readonly (string | number)[]) => void;
  readonly judged: (checker: Checker) => void;
}

export class Checker {
  readonly spec: CheckerSpec;
  readonly #ports: CheckerPorts;
  readonly #outputs: CheckerOutputs;
  #state: VerdictState;
  #connecting: Connecting | undefined;

  constructor(ports: CheckerPorts, outputs: CheckerOutputs, spec: CheckerSpec) {
    this.spec = spec;
    this.#ports = ports;
    this.#outputs = outputs;
    this.#state = spec.state;
  }

  get state(): VerdictState {
    return this.#state;
  }

  /** The first probe, or the next one after a reload, starts after this time. */
  begin(delayUs: Us): void {
    const { clock } = this.#ports;
    clock.armAt(this.spec.id, addUs(clock.now(), delayUs), () => this.#probe());
  }

  #probe(): void {
    this.#connecting = this.#ports.connector.connect(this.spec.config.connect, (outcome) => {
      this.#connecting = undefined;
      this.#take(outcome);
    });
  }

  #take(outcome: ConnectOutcome): void {
    const { server, config } = this.spec;
    const { state, nextUs, verdict, retried, tellFailure } = judge(
      config.timing,
      this.#state,
      outcome.outcome === 'connected',
    );
    this.#state = state;
    if (tellFailure) this.#log('tcp-connection-failed', server.name);
    if (verdict === 'up') this.#log('tcp-connection-success', server.name);
    else if (verdict === 'down') {
      if (outcome.outcome === 'failed') {
        this.#log('check-not-begun', config.type, server.name, outcome.call, outcome.errno);
      }
      this.#log('check-failed', config.type, server.name, retried);
    }
    this.begin(nextUs);
    if (verdict !== undefined) this.#outputs.judged(this);
  }

  stop(): void {
    this.#ports.clock.cancel(this.spec.id);
    this.#connecting?.cancel();
    this.#connecting = undefined;
  }

  #log(id: string, ...args: (string | number)[]): void {
    this.#outputs.log(id, args);
  }
}

export const startVerdict = (config: CheckConfig, fresh: boolean): VerdictState =>
  initialVerdict(config.timing, !config.alpha, fresh);
