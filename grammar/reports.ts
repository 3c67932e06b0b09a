/**
 * The list of what there is to say about a configuration. Upstream parses in several processes and repeats
 * itself; here each message at a place is kept once. Its parent reads first and gives lines of the main file
 * without the name, its children give it always (observed on 2.2.7 and 2.3.3); of a message that both have,
 * the longer form is kept.
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

/** As upstream's parent words it. */
export function saidByParent(diagnostic: Diagnostic, mainFile: string | undefined): Diagnostic {
  return diagnostic.span?.file === mainFile ? { ...diagnostic, namesFile: false } : diagnostic;
}

export class Reports {
  readonly #list: Diagnostic[] = [];
  readonly #placeOf = new Map<string, number>();
  readonly #mainFile: string | undefined;
  #count = 0;

  constructor(first: Iterable<Diagnostic>, mainFile: string | undefined) {
    this.#mainFile = mainFile;
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
      ...(pass === 'parent' ? {} : { saidBy: [pass] }),
    };
    this.#keep(pass === 'parent' ? saidByParent(diagnostic, this.#mainFile) : diagnostic);
  }

  #keep(diagnostic: Diagnostic): void {
    this.#count++;
    const { span, text } = diagnostic;
    const key = span ? `${span.file}\0${span.number ?? span.line}\0${text}` : text;
    const before = this.#placeOf.get(key);
    if (before === undefined) {
      this.#placeOf.set(key, this.#list.length);
      this.#list.push(diagnostic);
      return;
    }
    const kept = this.#list[before];
    if (kept === undefined) return;
    const { namesFile, saidBy, ...rest } = kept;
    const short = namesFile === false && diagnostic.namesFile === false;
    const speakers = saidBy && diagnostic.saidBy && [...new Set([...saidBy, ...diagnostic.saidBy])];
    this.#list[before] = {
      ...rest,
      ...(short ? { namesFile } : {}),
      ...(speakers === undefined ? {} : { saidBy: speakers }),
    };
  }
}
