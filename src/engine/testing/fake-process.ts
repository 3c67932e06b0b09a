/** A rule process that only says what it was told. In: rules. Out: lines of text, and its listener. */
import type { VrrpSocket } from '../../ports/net.ts';
import type {
  RuleCounts,
  RuleKind,
  RuleListener,
  RuleProcess,
  SteadyHold,
  SteadySend,
} from '../../ports/rule-process.ts';

/** Remembers the rules it is given, and says so. */
export class FakeProcess implements RuleProcess {
  readonly #log: string[];
  listener: RuleListener | undefined;
  takes = true;
  counted: RuleCounts | undefined = { count: 0 };

  constructor(log: string[]) {
    this.#log = log;
  }

  listen(listener: RuleListener): void {
    this.listener = listener;
  }

  setSend(instance: string, { fdOut }: VrrpSocket, { firstAtUs, datagrams }: SteadySend): boolean {
    if (!this.takes) return false;
    const bytes = datagrams.map(({ bytes }) => bytes.join('.')).join();
    this.#log.push(`gives ${instance} from ${firstAtUs} through ${fdOut}: ${bytes}`);
    return true;
  }

  setHold(instance: string, { fdIn }: VrrpSocket, hold: SteadyHold): boolean {
    if (!this.takes) return false;
    const least = hold.atLeast === true ? ' at least' : '';
    const then =
      hold.takeover === undefined
        ? ''
        : ` then ${hold.takeover.datagrams.map(({ bytes }) => bytes.join('.'))}`;
    this.#log.push(`gives ${instance} until${least} ${hold.deadlineUs} on ${fdIn}${then}`);
    return true;
  }

  cancel(kind: RuleKind, instance: string): RuleCounts | undefined {
    this.#log.push(kind === 'send' ? `takes back ${instance}` : `waits for ${instance} again`);
    return this.counted;
  }

  counts(): RuleCounts | undefined {
    return this.counted;
  }

  drain(): void {}

  retain(): void {}
}
