/** What strict mode takes back: everything that goes beyond the RFC's timers and adverts. */
import { us } from '../../src/units.ts';
import { type InstanceRule, isStrict, say } from './rule.ts';

const RFC_DOWN_TIMER_ADVERTS = 3;

interface Demand {
  readonly keyword: string;
  /** Only this one is compared with the global value too (observed on 2.2.7). */
  readonly global?: string;
  readonly conforms: (value: unknown) => boolean;
  readonly value: unknown;
  readonly text: string;
}

const demands: readonly Demand[] = [
  {
    keyword: 'down_timer_adverts',
    global: 'vrrp_down_timer_adverts',
    conforms: (value) => value === RFC_DOWN_TIMER_ADVERTS,
    value: RFC_DOWN_TIMER_ADVERTS,
    text: 'down_timer_adverts is incompatible with strict mode - resetting',
  },
  {
    keyword: 'garp_lower_prio_repeat',
    conforms: (value) => value === 0,
    value: 0,
    text: 'Strict mode requires no repeat garps. resetting',
  },
  {
    keyword: 'garp_lower_prio_delay',
    conforms: (value) => value === 0,
    value: us(0),
    text: 'Strict mode requires no repeat garp delay. resetting',
  },
  {
    keyword: 'lower_prio_no_advert',
    conforms: (value) => value === true,
    value: true,
    text: 'Strict mode requires no lower priority advert. resetting',
  },
  {
    keyword: 'higher_prio_send_advert',
    conforms: (value) => value === false,
    value: false,
    text: 'strict mode requires higher_prio_send_advert to be clear. resetting',
  },
];

export const strictTiming: InstanceRule = {
  name: 'strict-timing',
  check: (instance, session) => {
    if (!isStrict(instance, session)) return undefined;
    for (const { keyword, global, conforms, value, text } of demands) {
      const shared = global === undefined ? undefined : session.globals.values[global];
      const given = instance.values[keyword] ?? shared;
      if (given !== undefined && !conforms(given)) say(instance, session, text);
      instance.values[keyword] = value;
    }
    return undefined;
  },
};
