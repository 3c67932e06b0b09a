/**
 * Corrections of the files that only the report sees: a statement blanked out, a brace put in. What follows a
 * mistake can then be read as it was meant, and places are counted back to the real text.
 */
import type { Span } from '../../src/diagnostics.ts';
import type { SourceFile } from '../cst.ts';
import type { Facts } from '../facts.ts';

interface Edit {
  readonly at: number;
  /** Characters blanked out, in offsets of the text at the time of the edit. */
  readonly blank: number;
  readonly insert: string;
}

interface Edited {
  text: string;
  readonly inserts: { readonly at: number; readonly length: number }[];
}

export class Overlay {
  readonly #files = new Map<string, Edited>();
  /** The path a file was opened by, for the name it has in messages. */
  readonly #paths = new Map<string, string>();

  /** The facts with the corrected files in place of the real ones. */
  facts(facts: Facts): Facts {
    return {
      ...facts,
      readFile: (path) => {
        const edited = this.#files.get(path);
        if (edited !== undefined) return { ok: true, bytes: new TextEncoder().encode(edited.text) };
        const content = facts.readFile(path);
        // Included files are named relative to the including one; the last part that fits is good enough.
        if (content.ok) this.#paths.set(path, path);
        return content;
      },
    };
  }

  #pathOf(name: string): string | undefined {
    if (this.#paths.has(name)) return name;
    const suffix = [...this.#paths.keys()].filter((path) => path.endsWith(`/${name}`));
    return suffix.length === 1 ? suffix[0] : undefined;
  }

  /** False = the file cannot be corrected, because it is not clear which it is. */
  blank(file: SourceFile, from: number, to: number): boolean {
    return this.#edit(file, { at: from, blank: to - from, insert: '' });
  }

  insert(file: SourceFile, at: number, text: string): boolean {
    return this.#edit(file, { at, blank: 0, insert: text });
  }

  #edit(file: SourceFile, { at, blank, insert }: Edit): boolean {
    const path = this.#pathOf(file.name);
    if (path === undefined) return false;
    const edited = this.#files.get(path) ?? { text: file.text, inserts: [] };
    const { text } = edited;
    const gone = text.slice(at, at + blank).replace(/[^\r\n]/g, ' ');
    const next = text.slice(0, at) + insert + gone + text.slice(at + blank);
    if (next === text) return false;
    edited.text = next;
    if (insert !== '') edited.inserts.push({ at, length: insert.length });
    this.#files.set(path, edited);
    return true;
  }

  /** A place in the corrected text as a place in the real one. */
  restore(span: Span, real: (file: string) => string | undefined): Span {
    const edited = this.#files.get(this.#pathOf(span.file) ?? '');
    if (edited === undefined || edited.inserts.length === 0) return span;
    // Undone in reverse, because each insertion counted in the text as it was then.
    const back = (offset: number): number =>
      edited.inserts.reduceRight(
        (now, { at, length }) => (now <= at ? now : Math.max(at, now - length)),
        offset,
      );
    const start = back(span.start);
    const lineStart = (real(span.file)?.lastIndexOf('\n', start - 1) ?? -1) + 1;
    return { ...span, start, end: Math.max(back(span.end), start), column: start - lineStart + 1 };
  }
}
