/** BFD sessions that a test turns up and down by hand. */
import type { BfdEvent, BfdEvents } from '../ports/bfd-events.ts';
import { us } from '../units.ts';

export class SimBfd implements BfdEvents {
  readonly #up = new Map<string, boolean>();
  #listener: ((event: BfdEvent) => void) | undefined;

  listen(listener: (event: BfdEvent) => void): void {
    this.#listener = listener;
  }

  ask(): void {
    for (const [instance, up] of this.#up) this.#listener?.({ instance, up, sentUs: us(0), asked: true });
  }

  set(instance: string, up: boolean): void {
    this.#up.set(instance, up);
    this.#listener?.({ instance, up, sentUs: us(0) });
  }
}
