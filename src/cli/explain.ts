/** `alived explain CODE`: the page of a code; without one, the list of all. */
import { type CatalogueEntry, catalogue, entryOf } from '../../grammar/catalogue/index.ts';
import { wordOf } from '../../grammar/report/text.ts';
import type { Output } from './output.ts';

const WIDTH = 78;

export function runExplain(code: string | undefined, { out, err }: Output): 0 | 1 {
  if (code === undefined) {
    out(catalogue.map((entry) => `${entry.code}  ${entry.title}\n`).join(''));
    return 0;
  }
  const entry = entryOf(code);
  if (entry === undefined) {
    err(`There is no code ${code}; alived explain lists all of them.\n`);
    return 1;
  }
  out(page(entry));
  return 0;
}

function page({ code, severity, title, explain, example }: CatalogueEntry): string {
  const parts = [`${code}: ${title} (${wordOf(severity)})`, wrapped(explain)];
  if (example) parts.push(`Instead of\n\n${indented(example.wrong)}\n\nwrite\n\n${indented(example.right)}`);
  return `${parts.join('\n\n')}\n`;
}

const indented = (text: string): string => text.replace(/^/gm, '    ');

function wrapped(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
}
