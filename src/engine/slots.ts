/** What is known of each instance, and what the rule process counts for those whose rule is away. */
import type { RuleCounts, RuleKind, RuleProcess } from '../ports/rule-process.ts';

export class Slots<Slot extends { readonly away: boolean }> {
  readonly #kind: RuleKind;
  readonly #process: RuleProcess | undefined;
  readonly #create: () => Slot;
  readonly #slots = new Map<string, Slot>();

  constructor(kind: RuleKind, process: RuleProcess | undefined, create: () => Slot) {
    this.#kind = kind;
    this.#process = process;
    this.#create = create;
  }

  get(instance: string): Slot | undefined {
    return this.#slots.get(instance);
  }

  /** Made at first use. */
  of(instance: string): Slot {
    const slot = this.#slots.get(instance) ?? this.#create();
    this.#slots.set(instance, slot);
    return slot;
  }

  [Symbol.iterator](): MapIterator<[string, Slot]> {
    return this.#slots[Symbol.iterator]();
  }

  delete(instance: string): void {
    this.#slots.delete(instance);
  }

  /** Undefined while its rule is here. */
  countsAway(instance: string): RuleCounts | undefined {
    return this.#slots.get(instance)?.away === true ? this.#process?.counts(this.#kind, instance) : undefined;
  }
}
