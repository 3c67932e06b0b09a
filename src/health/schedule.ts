/**
 * When checks are due. Thousands of them are spread over a second, and those of one moment begin together, so
 * that they share one timer and one waking of the process. In: what is due when. Out: calls.
 */
import type { Clock } from '../ports/clock.ts';
import { type Us, us } from '../units.ts';

/** Checks begin in slots of this length; with short intervals there are this many in one. */
const SLOT_US = 10_000;
const SLOTS = 100;

/** A time at which something is due, until it is cancelled. */
export class Appointment {
  readonly dueAtUs: Us;
  #run: (() => void) | undefined;

  constructor(dueAtUs: Us, run: () => void) {
    this.dueAtUs = dueAtUs;
    this.#run = run;
  }

  cancel(): void {
    this.#run = undefined;
  }

  keep(): void {
    const run = this.#run;
    this.#run = undefined;
    run?.();
  }
}

export class Schedule {
  readonly #clock: Clock;
  readonly #slots = new Map<Us, Appointment[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** In the first slot that begins at `dueAtUs` or later. */
  plan(dueAtUs: Us, intervalUs: Us, run: () => void): Appointment {
    const lengthUs = Math.max(1, Math.min(SLOT_US, intervalUs / SLOTS));
    const slotUs = us(Math.ceil(dueAtUs / lengthUs) * lengthUs);
    const appointment = new Appointment(slotUs, run);
    const slot = this.#slots.get(slotUs);
    if (slot === undefined) this.#open(slotUs, appointment);
    else slot.push(appointment);
    return appointment;
  }

  #open(slotUs: Us, first: Appointment): void {
    const slot = [first];
    this.#slots.set(slotUs, slot);
    this.#clock.armAt(`checks ${slotUs}`, slotUs, () => {
      this.#slots.delete(slotUs);
      for (const appointment of slot) appointment.keep();
    });
  }
}
