/** What the BFD process tells of its sessions. */
import type { Us } from '../units.ts';

export interface BfdEvent {
  /** Name of the bfd_instance. */
  readonly instance: string;
  readonly up: boolean;
  /** When it was sent, on the clock that all processes share. */
  readonly sentUs: Us;
  /** An answer: it need not be news. */
  readonly asked?: boolean;
}

export interface BfdEvents {
  listen(listener: (event: BfdEvent) => void): void;
  /** The state of every session comes as an event. */
  ask(): void;
}
