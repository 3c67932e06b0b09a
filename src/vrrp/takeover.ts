/**
 * What a BACKUP would send if its master-down timer ran out now, for an engine that can send it before
 * anybody is asked. In: configuration and state. Out: the rule of the first advert and what follows it, or
 * nothing when the answer depends on more than the timer.
 */
import { roundsAlike, type TakeoverRule } from '../engine/rules.ts';
import type { Possession } from '../ports/rule-process.ts';
import type { Us } from '../units.ts';
import type { InstanceConfig } from './config.ts';
import type { step } from './router.ts';
import type { RouterState } from './state.ts';

/** In the payload (RFC 9568 §5.2). */
const VRID_AT = 1;

export function takeoverOf(
  config: InstanceConfig,
  state: RouterState,
  nowUs: Us,
  stepFunction: typeof step,
  possession: (config: InstanceConfig) => Possession | undefined,
): TakeoverRule | undefined {
  if (state.name !== 'BACKUP') return undefined;
  const { state: next, effects } = stepFunction(config, state, {
    event: 'masterDown',
    dueAtUs: nowUs,
    nowUs,
  });
  if (next.name !== 'MASTER') return undefined;
  for (const effect of effects) {
    // Something else would leave first.
    if (effect.effect === 'sendAdvert') return undefined;
    if (effect.effect !== 'advertise') continue;
    const { rule } = effect;
    // A round with a sequence number or a signature of its own cannot be prepared.
    if (rule === undefined || !roundsAlike(rule)) return undefined;
    const kin = { at: VRID_AT, value: config.vrid };
    const then = possession(config);
    const { periodUs, datagrams } = rule;
    return { periodUs, datagrams, kin, ...(then === undefined ? {} : { possession: then }) };
  }
  return undefined;
}
