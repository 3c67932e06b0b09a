/**
 * The client's record of its probes. In: when each was sent and when its answer came; out: ok, lost or still
 * open for each, and the outage between two answered ones. Pure, times in milliseconds of one clock.
 */
/** An answer that comes later was waiting for somebody to serve it, so the service was away. */
export const ANSWER_LIMIT_MS = 100;

export type Verdict = 'ok' | 'lost' | 'open';

interface Probe {
  readonly sentMs: number;
  answeredMs: number | undefined;
}

export interface Outage {
  /** From the last answered probe before to the first answered one after. */
  readonly ms: number;
  readonly lost: number;
}

export class ProbeRecord {
  readonly #probes: Probe[] = [];

  get count(): number {
    return this.#probes.length;
  }

  /** Returns the number of the probe. */
  sent(sentMs: number): number {
    return this.#probes.push({ sentMs, answeredMs: undefined }) - 1;
  }

  answered(number: number, nowMs: number): void {
    const probe = this.#probes[number];
    if (probe !== undefined) probe.answeredMs ??= nowMs;
  }

  /** The verdicts of the last `count` probes, oldest first. */
  recent(count: number, nowMs: number): Verdict[] {
    return this.#probes.slice(-count).map((probe) => verdict(probe, nowMs));
  }

  lost(nowMs: number): number {
    return this.#probes.filter((probe) => verdict(probe, nowMs) === 'lost').length;
  }

  /** True once a probe sent after `sinceMs` was lost and a later one answered. */
  recovered(sinceMs: number, nowMs: number): boolean {
    return this.outage(sinceMs, nowMs) !== undefined;
  }

  /** The first outage that a probe sent after `sinceMs` noticed; undefined while it lasts or without one. */
  outage(sinceMs: number, nowMs: number): Outage | undefined {
    const verdicts = this.#probes.map((probe) => verdict(probe, nowMs));
    const first = this.#probes.findIndex((probe, at) => probe.sentMs >= sinceMs && verdicts[at] === 'lost');
    if (first < 0) return undefined;
    const end = verdicts.indexOf('ok', first);
    const before = this.#probes[Math.max(0, first - 1)];
    const after = this.#probes[end];
    if (before === undefined || after === undefined) return undefined;
    const lost = verdicts.slice(first, end).filter((each) => each === 'lost').length;
    return { ms: after.sentMs - before.sentMs, lost };
  }
}

function verdict(probe: Probe, nowMs: number): Verdict {
  if (probe.answeredMs !== undefined) {
    return probe.answeredMs - probe.sentMs <= ANSWER_LIMIT_MS ? 'ok' : 'lost';
  }
  return nowMs - probe.sentMs > ANSWER_LIMIT_MS ? 'lost' : 'open';
}
