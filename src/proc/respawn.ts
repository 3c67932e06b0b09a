/**
 * When a dead child is started again: at once after a minute of life, otherwise after 0, 1, 2, 4 … 60 seconds
 * (the delays that keepalived 2.2.7 documents and was seen using).
 */
const LONG_LIFE_MS = 60_000;
const MAX_DELAY_S = 60;

export interface Respawn {
  /** Seconds to wait before the next start. */
  died(startedAtMs: number, nowMs: number): number;
}

export function createRespawn(): Respawn {
  let nextDelay = 0;
  return {
    died(startedAtMs, nowMs) {
      if (nowMs - startedAtMs >= LONG_LIFE_MS) nextDelay = 0;
      const delay = nextDelay;
      nextDelay = delay === 0 ? 1 : Math.min(MAX_DELAY_S, delay * 2);
      return delay;
    },
  };
}
