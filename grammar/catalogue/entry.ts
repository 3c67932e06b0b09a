/** One kind of message: its stable code, how its texts are recognised, what a person should know of it. */

/** `error`: something configured is lost or not what was written. `warning`: it works, with a remark. */
export type Severity = 'error' | 'warning' | 'note' | 'lint';

export interface CatalogueEntry {
  readonly code: string;
  readonly title: string;
  readonly severity: Severity;
  /** Over upstream's text; absent for reports that always carry their code. */
  readonly match?: RegExp;
  /**
   * `quotes`: its texts quote what the file says, so no other entry is asked. `general`: asked only when no
   * other entry knows the text.
   */
  readonly kind?: 'quotes' | 'general';
  /** What it means, why it matters, how to mend it. */
  readonly explain: string;
  /** Configuration that gives the message, and the same in order. */
  readonly example?: { readonly wrong: string; readonly right: string };
}
