/** Where changes of state are posted: a `webhook` block of the configuration. */
import type { Us } from '../units.ts';

export interface WebhookSetup {
  readonly name: string;
  /** http or https. */
  readonly url: string;
  /** Shown by no dump and no log. */
  readonly secretHeader?: { readonly name: string; readonly value: string };
  /** For one attempt, from the connection to the end of the answer. */
  readonly timeoutUs: Us;
  /** Attempts after the first one. */
  readonly retries: number;
  /** PEM file of the authorities that are trusted, instead of those of the run time. */
  readonly caFile?: string;
}
