/** docs/lint.md out of the catalogue of codes. */
import { type CatalogueEntry, catalogue } from '../../grammar/catalogue/index.ts';
import { wordOf } from '../../grammar/report/text.ts';

const GROUPS: readonly (readonly [prefix: string, title: string])[] = [
  ['AV00', 'Files, characters, braces and blocks'],
  ['AV01', 'The words of a line'],
  ['AV02', 'Interfaces and scripts of the machine'],
  ['AV03', 'Numbers and values'],
  ['AV04', 'Global settings'],
  ['AV05', 'Addresses, routes and rules'],
  ['AV06', 'Instances'],
  ['AV07', 'Sync groups, tracking and notify commands'],
  ['AV08', 'IPVS services, checkers and BFD'],
  ['AV09', 'Advice'],
];

const HEAD = `# Codes of \`alived check\`

Written by \`node scripts/write-catalogue.ts\` from \`grammar/catalogue/\`; \`alived explain CODE\` prints the same.

An *error* means that something configured is lost or not what was written; a *warning*, that it works with a
remark; *advice* comes from alived alone and never from \`-t\`. A \`note\` does not count. The exit status of
\`alived check\` is 2 with errors, 1 with warnings or advice only, 0 with neither. \`--disable CODE,...\` leaves
codes out, and so does a comment \`# alived: ignore CODE\` on the line or on the line above it.
`;

export function catalogueDocument(): string {
  const sections = GROUPS.map(([prefix, title]) => {
    const own = catalogue.filter(({ code }) => code.startsWith(prefix));
    return `## ${title}\n\n${own.map(entryText).join('\n')}`;
  });
  return [HEAD, ...sections].join('\n');
}

function entryText({ code, title, severity, explain, example }: CatalogueEntry): string {
  const lines = [`### ${code}: ${title}`, '', `*${wordOf(severity)}.* ${explain}`, ''];
  if (example) {
    lines.push('```', ...example.wrong.split('\n'), '```', '', 'becomes', '');
    lines.push('```', ...example.right.split('\n'), '```', '');
  }
  return lines.join('\n');
}
