/**
 * The advert interval as the packet can carry it: whole seconds in one byte for VRRPv2 (RFC 3768 section
 * 5.3.7), centiseconds in twelve bits for VRRPv3 (RFC 9568 section 5.2.7).
 */
import { type Us, us } from '../../src/units.ts';
import { type InstanceRule, say } from './rule.ts';

const SECOND_US = 1_000_000;
const UNIT_US = 10_000;
const MAX_V3_US = 40_950_000;

export const advertInterval: InstanceRule = {
  name: 'advert-interval',
  check: (instance, session) => {
    const intervalUs = instance.values.advert_int as Us;
    const shown = (intervalUs / SECOND_US).toFixed(6);
    if (instance.version === 2) {
      if (intervalUs % SECOND_US === 0) return undefined;
      say(instance, session, `VRRPv2 advertisement interval ${shown}s must be an integer. rounding`);
      instance.values.advert_int = us(Math.max(1, Math.round(intervalUs / SECOND_US)) * SECOND_US);
    } else if (intervalUs >= MAX_V3_US + UNIT_US) {
      const text = `interval ${(intervalUs / SECOND_US).toFixed(2)}s is out of range.`;
      say(instance, session, `VRRPv3 advertisement ${text} Must be less than 40.96s. Setting to 40.95s`);
      instance.values.advert_int = us(MAX_V3_US);
    } else if (intervalUs % UNIT_US !== 0) {
      say(instance, session, `VRRPv3 advertisement interval ${shown}s must be in units of 10ms - rounding`);
      const rounded = Math.round(intervalUs / UNIT_US) * UNIT_US;
      instance.values.advert_int = us(Math.min(MAX_V3_US, Math.max(UNIT_US, rounded)));
    }
    return undefined;
  },
};
