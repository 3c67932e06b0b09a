/**
 * Possessions that the engine may have put into the kernel while nobody has heard of it. In: what each hold
 * rule was given, what became of it. Out: what nobody wants any more.
 */
import type { Possession } from '../ports/rule-process.ts';

export interface Claim {
  readonly instance: string;
  readonly possession: Possession;
}

export class Claims {
  /** By the key of the hold rule, the oldest first; undefined: a takeover without any. */
  readonly #byRule = new Map<string, (Claim | undefined)[]>();

  /** The rule leads to this from now on. */
  give(rule: string, instance: string, possession: Possession | undefined): void {
    const list = this.#byRule.get(rule);
    const claim = possession === undefined ? undefined : { instance, possession };
    if (list === undefined && claim !== undefined) this.#byRule.set(rule, [claim]);
    else if (list !== undefined && list.at(-1)?.possession !== possession) list.push(claim);
  }

  /** Nothing had come of what the rule was set to before. */
  keepLast(rule: string): void {
    const last = this.#byRule.get(rule)?.at(-1);
    if (last === undefined) this.#byRule.delete(rule);
    else this.#byRule.set(rule, [last]);
  }

  /** What may have come of the rule until now. `goesOn`: more may, of the last. */
  take(rule: string, goesOn = false): readonly Claim[] {
    const list = this.#byRule.get(rule) ?? [];
    if (goesOn) this.keepLast(rule);
    else this.#byRule.delete(rule);
    return list.flatMap((claim) => claim ?? []);
  }

  takeAll(): readonly Claim[] {
    const all = [...this.#byRule.values()].flat().flatMap((claim) => claim ?? []);
    this.#byRule.clear();
    return all;
  }
}
