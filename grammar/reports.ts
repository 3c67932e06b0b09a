/**
 * The list of what there is to say about a configuration. Upstream parses in several processes and repeats
 * itself; here each message at a place is kept once.
 */
import type { Diagnostic, DiagnosticClass } from '../src/diagnostics.ts';
import { type Line, spanOf } from './cst.ts';
import type { PassProcess } from './keywords/row.ts';

const DEFAULT_CODE = 'AV0200';

export interface ReportDetails {
  readonly code?: string | undefined;
  readonly class?: DiagnosticClass | undefined;
  /** False = upstream sends it only to the log. */
  readonly shown?: boolean | undefined;
}

export class Reports {
  readonly #list: Diagnostic[] = [];
  readonly #seen = new Set<string>();
  #count = 0;

  constructor(first: Iterable<Diagnostic>) {
    for (const diagnostic of first) this.#keep(diagnostic);
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#list;
  }

  /** How much has been said, repeats included. */
  get count(): number {
    return this.#count;
  }

  add(text: string, line: Line | undefined, pass: PassProcess, details: ReportDetails): void {
    const span = line && spanOf(line.place, pass === 'parent');
    const diagnostic: Diagnostic = {
      code: details.code ?? DEFAULT_CODE,
      class: details.class ?? 'general',
      text,
      ...(span ? { span } : {}),
      ...(details.shown === false ? { shownByTest: false } : {}),
    };
    this.#keep(diagnostic);
  }

  #keep(diagnostic: Diagnostic): void {
    this.#count++;
    const { span, text } = diagnostic;
    const key = span ? `${span.file}\0${span.number ?? span.line}\0${text}` : text;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#list.push(diagnostic);
  }
}
