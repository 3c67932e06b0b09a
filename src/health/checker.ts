/**
 * One checker at work: it waits, probes, and tells its host when the verdict changes. In: its configuration,
 * the outcome of probes. Out: log lines in the words of 2.2.7, whether its real server may be up.
 */
import { addUs, subUs, type Us } from '../units.ts';
import type { CheckedServer } from './config.ts';
import { type CheckConfig, checkRules, startProbe, startsCount } from './probes/index.ts';
import type { LogLine, Probe, ProbeOutcome, ProbePorts, ProbeSubject } from './probes/probe.ts';
import type { Appointment, Schedule } from './schedule.ts';
import { initialVerdict, type Judgement, judge, type VerdictRules, type VerdictState } from './verdict.ts';
import type { Watcher, WatcherOutputs } from './watcher.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export interface CheckerSpec {
  /** Tells its timer from those of others. */
  readonly id: string;
  readonly virtual: string;
  readonly server: CheckedServer;
  readonly config: CheckConfig;
  readonly state: VerdictState;
  readonly weight: number;
}

export class Checker implements Watcher {
  readonly spec: CheckerSpec;
  readonly #ports: ProbePorts;
  readonly #schedule: Schedule;
  readonly #outputs: WatcherOutputs;
  readonly #subject: Mutable<ProbeSubject<CheckConfig>>;
  readonly #rules: VerdictRules;
  /** What it adds to the weight of its server. */
  weight: number;
  /** Unix time in microseconds of the last probe, and the status that a program ended with. */
  lastRanUs = 0;
  lastStatus = 0;
  #state: VerdictState;
  #probe: Probe | undefined;
  #appointment: Appointment | undefined;

  constructor(ports: ProbePorts, schedule: Schedule, outputs: WatcherOutputs, spec: CheckerSpec) {
    const { id, config, server, virtual } = spec;
    this.spec = spec;
    this.#ports = ports;
    this.#schedule = schedule;
    this.#subject = { id, config, server: server.name, virtual, weight: server.weight, page: 0 };
    this.#rules = checkRules(config);
    this.#outputs = outputs;
    this.#state = spec.state;
    this.weight = spec.weight;
  }

  get virtual(): string {
    return this.spec.virtual;
  }

  get server(): CheckedServer {
    return this.spec.server;
  }

  get up(): boolean {
    return this.#state.up;
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
    this.lastRanUs = this.#ports.clock.wallUs();
    this.#subject.page = this.#state.page;
    this.#probe = startProbe(this.#ports, this.#subject, this.#take);
  };

  readonly #take = (outcome: ProbeOutcome): void => {
    this.#probe = undefined;
    const { timing } = this.spec.config;
    if (outcome.undecided !== undefined) {
      for (const line of outcome.undecided) this.#log(line);
      this.#beginAt(this.#nextDue(timing.delayLoopUs));
      return;
    }
    const { up: wasUp } = this.#state;
    const judgement = judge(timing, this.#state, outcome.succeeded, this.#rules);
    this.#state = judgement.state;
    this.lastStatus = outcome.status ?? this.lastStatus;
    this.#say(outcome, judgement, timing.retry, wasUp);
    this.#beginAt(this.#nextDue(judgement.nextUs));
    const { weight } = outcome;
    if (weight !== undefined && weight !== this.weight) {
      this.weight = weight;
      this.#outputs.weighed(this);
    }
    const { verdict } = judgement;
    if (verdict === undefined) return;
    const news = wasUp !== this.up || (verdict === 'up' && outcome.mailsFirst === true);
    if (news && outcome.mail !== undefined) this.#outputs.mailed(this, outcome.mail);
    this.#outputs.judged(this);
  };

  #say(outcome: ProbeOutcome, judgement: Judgement, retry: number, wasUp: boolean): void {
    const { verdict, retried, tellFailure, passed } = judgement;
    this.#log(outcome.always);
    if (passed === true) this.#log(outcome.passed);
    const says = (line: 'tried' | 'down'): boolean => wasUp || outcome.onlyIfUp !== line;
    if (tellFailure && says('tried') && !(verdict === 'down' && outcome.saysOnce === true)) {
      this.#log(outcome.tried, retried, retry);
    }
    if (verdict === 'up') this.#log(outcome.up);
    if (verdict !== 'down') return;
    this.#log(outcome.reason);
    if (says('down')) this.#log(outcome.down, retried, retry);
  }

  /**
   * As upstream, the delay runs from the end of a probe; but one that was answered at once keeps its phase,
   * or thousands of them would drift into each other on a busy machine and fall behind their rate.
   */
  #nextDue(delayUs: Us): Us {
    const nowUs = this.#ports.clock.now();
    const dueAtUs = this.#appointment?.dueAtUs ?? nowUs;
    if (startsCount(this.spec.config)) {
      // When it was due rather than when it began, or each round would be later by what waking up takes.
      const loopUs = addUs(dueAtUs, this.spec.config.timing.delayLoopUs);
      return Math.max(Math.min(loopUs, addUs(nowUs, delayUs)), nowUs) as Us;
    }
    return addUs(subUs(nowUs, dueAtUs) * PHASE_KEEPING < delayUs ? dueAtUs : nowUs, delayUs);
  }

  stop(): void {
    this.#appointment?.cancel();
    this.#probe?.cancel();
    this.#probe = undefined;
  }

  #log(line: LogLine | undefined, ...more: number[]): void {
    if (line === undefined) return;
    const [id, ...args] = line;
    this.#outputs.log(id, more.length === 0 ? args : [...args, ...more]);
  }
}

/** A probe keeps its phase while it took less than this part of the delay. */
const PHASE_KEEPING = 2;

/** `trusted`: the server is up, and a check that a reload adds takes it out only once it has failed. */
export const startVerdict = (config: CheckConfig, fresh: boolean, trusted = false): VerdictState =>
  initialVerdict(config.timing, trusted || !config.alpha, fresh, checkRules(config));
