/** Timers and counters that a virtual server sets for its real servers, and these for their checks. */
import { us } from '../../src/units.ts';
import { decimalSeconds, uint } from '../codecs/numbers.ts';
import { scalar } from './row.ts';

const checker = { process: 'checker' } as const;

/** Upstream's largest number of microseconds and the text it prints for it. */
const UNBOUNDED = { max: 18_446_744_073_709.55, text: '18446744073709.551614' };

export const anyTime = decimalSeconds(0, UNBOUNDED.max, UNBOUNDED.text);
export const someTime = decimalSeconds(0.000_001, UNBOUNDED.max, UNBOUNDED.text);
export const connectTime = decimalSeconds(0.000_001, 4_294.967_295);
export const anyCount = uint(0, 4_294_967_295, 'lenient');
export const port = uint(1, 65_535, 'lenient');

/** The five timers of a virtual or real server. `Q` is how its complaints name the block. */
export const serverTimers = (q: string, beforeRetry: string, loop: string) => ({
  retry: scalar(uint(1, 4_294_967_295, 'strict'), {
    doc: 'More tries before a check counts as failed.',
    ...checker,
    bad: 'retry value invalid - {value}',
  }),
  delay_before_retry: scalar(anyTime, {
    doc: 'Seconds between two tries.',
    ...checker,
    bad: `${q} ${beforeRetry} '{value}' invalid - ignoring`,
  }),
  warmup: scalar(anyTime, {
    doc: 'The first check comes after a random time of at most this many seconds.',
    ...checker,
    bad: `${q} warmup '{value}' invalid - ignoring`,
  }),
  connect_timeout: scalar(connectTime, {
    doc: 'Seconds in which a connection must be made.',
    ...checker,
    bad: `${q} connect_timeout {value} invalid - ignoring`,
  }),
  delay_loop: scalar(someTime, {
    doc: 'Seconds between two checks.',
    ...checker,
    bad: `${q} ${loop} '{value}' invalid - ignoring`,
  }),
});

/** What upstream uses where neither check, real server nor virtual server says anything. */
export const DEFAULTS = {
  delay_loop: us(60_000_000),
  connect_timeout: us(5_000_000),
  delay_before_retry: us(1_000_000),
  http_delay_before_retry: us(3_000_000),
  retry: 1,
  dns_retry: 3,
  misc_retry: 0,
} as const;
