/**
 * The engine: rules carried out on the process's own event loop, or given to a rule process where there is
 * one. In: rules of the core and packets of the sockets. Out: datagrams, and events for what no rule covers.
 */
import type { Clock } from '../ports/clock.ts';
import type { Received } from '../ports/net.ts';
import type { Expiry, RuleProcess } from '../ports/rule-process.ts';
import { HoldRules, type HoldSockets } from './hold-rules.ts';
import type {
  Engine,
  EngineCounters,
  EngineListener,
  EngineTiming,
  HoldRule,
  SendRule,
  TakeoverRule,
} from './rules.ts';
import { SendRules, type SendSockets } from './send-rules.ts';

/** The sockets as the engine needs them, by instance. */
export type EngineSockets = SendSockets & HoldSockets;

export class SoftEngine implements Engine {
  readonly #sends: SendRules;
  readonly #holds: HoldRules;
  readonly #process: RuleProcess | undefined;
  readonly #listener: EngineListener;
  /** The instance whose addresses the rule process has announced, while its takeover is judged. */
  #announced: string | undefined;

  constructor(clock: Clock, sockets: EngineSockets, listener: EngineListener, process?: RuleProcess) {
    this.#sends = new SendRules(clock, sockets, listener, process);
    this.#holds = new HoldRules(clock, sockets, listener, process);
    this.#process = process;
    this.#listener = listener;
    process?.listen({
      sendFailed: (instance, index, errno) => this.#sends.failedAway(instance, index, errno),
      expired: (instance, expiry) => this.#expired(instance, expiry),
      vain: (instance, possession) => listener.vain(instance, possession),
      refused: (kind, instance) => (kind === 'send' ? this.#sends : this.#holds).refused(instance),
      restate: () => {
        this.#sends.restate();
        this.#holds.restate();
      },
    });
  }

  #expired(instance: string, expiry: Expiry): void {
    const { dueAtUs, nowUs, held, began, followed, possession } = expiry;
    const ended = this.#holds.expired(instance, held);
    if (ended !== undefined) {
      if (began && ended.takeover !== undefined) this.#sends.begun(instance, ended.takeover, nowUs);
      const announces = (possession?.announcements.length ?? 0) > 0;
      this.#announced = followed && announces ? instance : undefined;
      this.#listener.deadline(instance, dueAtUs, nowUs);
      this.#announced = undefined;
    }
    const wanted = ended !== undefined && this.#sends.settle(instance);
    if (!wanted && possession !== undefined) this.#listener.vain(instance, possession);
  }

  announced(instance: string): boolean {
    return this.#announced === instance;
  }

  setSend(instance: string, rule: SendRule | undefined): void {
    this.#sends.set(instance, rule);
  }

  setHold(instance: string, rule: HoldRule | undefined): void {
    this.#holds.set(instance, rule);
  }

  prepare(instance: string, takeover: TakeoverRule | undefined): void {
    if (this.#process !== undefined) this.#holds.prepare(instance, takeover);
  }

  /** Every packet of an instance comes through here. */
  receive(instance: string, packet: Received): void {
    this.#holds.receive(instance, packet);
  }

  /** Sends what has become due while somebody keeps the loop busy with long work. */
  sendOverdue(): void {
    this.#sends.sendOverdue();
  }

  /** The socket of an instance is another one than before, or gone, or has other users. */
  moved(instance: string): void {
    this.#sends.moved(instance);
    this.#holds.moved(instance);
  }

  /** Rules that a predecessor of this process left, and that nobody wants any more, end. */
  retain(): void {
    this.#process?.retain();
  }

  counters(instance: string): EngineCounters {
    return { sent: this.#sends.sent(instance), held: this.#holds.held(instance) };
  }

  timing(instance: string): EngineTiming {
    const timing = this.#sends.timing(instance);
    const deadlineUs = this.#holds.deadline(instance);
    return timing.nextUs !== undefined || deadlineUs === undefined
      ? timing
      : { ...timing, nextUs: deadlineUs };
  }

  clearCounters(): void {
    this.#sends.clearCounters();
    this.#holds.clearCounters();
  }

  /** Forgets an instance that a reload removed. */
  remove(instance: string): void {
    this.#sends.remove(instance);
    this.#holds.remove(instance);
  }
}
