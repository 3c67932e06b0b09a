/**
 * Skew and master-down arithmetic (RFC 3768 §6.1, RFC 9568 §6.1) in whole microseconds. keepalived 2.2.7
 * was seen computing both in microseconds, rounded down: priority 100 at 250 ms gives 902 343 µs.
 */
import type { Us } from '../units.ts';
import { us } from '../units.ts';

const ONE_SECOND_US = 1_000_000;

/** v2: (256 - priority) / 256 s. v3: (256 - priority) * Master_Adver_Interval / 256. */
export function skewTime(version: 2 | 3, priority: number, masterAdvertIntervalUs: Us): Us {
  const unit = version === 2 ? ONE_SECOND_US : masterAdvertIntervalUs;
  return us(Math.floor(((256 - priority) * unit) / 256));
}

/** down_timer_adverts * Master_Adver_Interval + Skew_Time. */
export function masterDownInterval(
  version: 2 | 3,
  priority: number,
  masterAdvertIntervalUs: Us,
  downTimerAdverts: number,
): Us {
  return us(downTimerAdverts * masterAdvertIntervalUs + skewTime(version, priority, masterAdvertIntervalUs));
}
