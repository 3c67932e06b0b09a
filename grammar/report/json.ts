/** Findings for programs: plain JSON, and SARIF 2.1.0 for code hosting sites and editors. */
import type { Span } from '../../src/diagnostics.ts';
import { assertNever } from '../../src/units.ts';
import { type CatalogueEntry, entryOf, type Severity } from '../catalogue/index.ts';
import type { Finding } from './finding.ts';
import { wordOf } from './text.ts';

const DOCUMENTATION = 'docs/lint.md';

export function formatJson(findings: readonly Finding[]): string {
  const rows = findings.map(({ severity, ...finding }) => ({ ...finding, severity: wordOf(severity) }));
  return `${JSON.stringify({ version: 1, findings: rows }, null, 2)}\n`;
}

function levelOf(severity: Severity): 'error' | 'warning' | 'note' {
  switch (severity) {
    case 'error':
    case 'warning':
      return severity;
    case 'lint':
    case 'note':
      return 'note';
    default:
      return assertNever(severity);
  }
}

export interface SarifOptions {
  readonly toolVersion: string;
  readonly textOf: (file: string) => string | undefined;
}

export function formatSarif(findings: readonly Finding[], options: SarifOptions): string {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  const rules = codes.map((code) => ruleOf(code, entryOf(code)));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'alived', semanticVersion: options.toolVersion, rules } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultOf(finding, codes, options)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleOf(code: string, entry: CatalogueEntry | undefined) {
  return {
    id: code,
    ...(entry && {
      shortDescription: { text: entry.title },
      fullDescription: { text: entry.explain },
      help: { text: entry.explain },
      defaultConfiguration: { level: levelOf(entry.severity) },
    }),
    properties: { documentation: DOCUMENTATION },
  };
}

function resultOf(finding: Finding, codes: readonly string[], options: SarifOptions) {
  const { code, severity, text, span, related, help } = finding;
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: levelOf(severity),
    message: { text: [text, ...help].join(' ') },
    locations: span ? [locationOf(span, options)] : [],
    ...(related.length > 0 && {
      relatedLocations: related.map((other, id) => ({
        id,
        message: { text: other.text },
        ...locationOf(other.span, options),
      })),
    }),
  };
}

function locationOf(span: Span, { textOf }: SarifOptions) {
  const text = textOf(span.file) ?? '';
  const before = text.slice(span.start, span.end).split('\n');
  const [first = ''] = before;
  // A region that spans lines is cut at the first one: the rest of it is the block.
  const endColumn = span.column + Math.max(first.length, 1);
  return {
    physicalLocation: {
      artifactLocation: { uri: encodeURI(span.file).replace(/^\//, 'file:///') },
      region: { startLine: span.line, startColumn: Math.max(span.column, 1), endColumn },
    },
  };
}
