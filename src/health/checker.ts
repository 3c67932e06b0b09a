/**
 * One checker at work: it waits, probes, and tells its host when the verdict changes. In: its configuration,
 * the outcome of probes. Out: log lines in the words of 2.2.7, whether its real server may be up.
 */
import { addUs, subUs, type Us } from '../units.ts';
import type { CheckedServer } from './config.ts';
import { type CheckConfig, startProbe } from './probes/index.ts';
import type { LogLine, Probe, ProbeOutcome, ProbePorts, ProbeSubject } from './probes/probe.ts';
import type { Appointment, Schedule } from './schedule.ts';
import { initialVerdict, judge, type VerdictState } from './verdict.ts';

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
  readonly #ports: ProbePorts;
  readonly #schedule: Schedule;
  readonly #outputs: CheckerOutputs;
  readonly #subject: ProbeSubject<CheckConfig>;
  #state: VerdictState;
  #probe: Probe | undefined;
  #appointment: Appointment | undefined;

  constructor(ports: ProbePorts, schedule: Schedule, outputs: CheckerOutputs, spec: CheckerSpec) {
    const { id, config, server } = spec;
    this.spec = spec;
    this.#ports = ports;
    this.#schedule = schedule;
    this.#subject = { id, config, server: server.name };
    this.#outputs = outputs;
    this.#state = spec.state;
  }

  get state(): VerdictState {
    return this.#state;
  }

  /** The first probe, or the next one after a reload, starts after this time. */
  begin(delayUs: Us): void {
    this.#beginAt(addUs(this.#ports.clock.now(), delayUs));
  }

  #beginAt(dueAtUs: Us): void {
    this.#appointment?.cancel();
    this.#appointment = this.#schedule.plan(dueAtUs, this.spec.config.timing.delayLoopUs, this.#ask);
  }

  readonly #ask = (): void => {
    this.#probe = startProbe(this.#ports, this.#subject, this.#take);
  };

  readonly #take = ({ succeeded, line, reason }: ProbeOutcome): void => {
    this.#probe = undefined;
    const { server, config } = this.spec;
    const { state, nextUs, verdict, retried, tellFailure } = judge(config.timing, this.#state, succeeded);
    this.#state = state;
    if (tellFailure) this.#log(line);
    if (verdict === 'up') this.#log(line);
    else if (verdict === 'down') {
      this.#log(reason);
      this.#log(['check-failed', config.type, server.name, retried]);
    }
    this.#beginAt(this.#nextDue(nextUs));
    if (verdict !== undefined) this.#outputs.judged(this);
  };

  /**
   * As upstream, the delay runs from the end of a probe; but one that was answered at once keeps its phase,
   * or thousands of them would drift into each other on a busy machine and fall behind their rate.
   */
  #nextDue(delayUs: Us): Us {
    const nowUs = this.#ports.clock.now();
    const dueAtUs = this.#appointment?.dueAtUs ?? nowUs;
    return addUs(subUs(nowUs, dueAtUs) * PHASE_KEEPING < delayUs ? dueAtUs : nowUs, delayUs);
  }

  stop(): void {
    this.#appointment?.cancel();
    this.#probe?.cancel();
    this.#probe = undefined;
  }

  #log(line: LogLine | undefined): void {
    if (line === undefined) return;
    const [id, ...args] = line;
    this.#outputs.log(id, args);
  }
}

/** A probe keeps its phase while it took less than this part of the delay. */
const PHASE_KEEPING = 10;

export const startVerdict = (config: CheckConfig, fresh: boolean): VerdictState =>
  initialVerdict(config.timing, !config.alpha, fresh);
