/** Which keywords another version would refuse. */
import type { Line, Tree } from '../cst.ts';
import { rootRows } from '../keywords/root.ts';
import type { AnyRow, Rows } from '../keywords/row.ts';
import { whyUnknown } from '../releases.ts';
import { type Finding, newFinding } from './finding.ts';

export function refusedBy(tree: Tree, version: string): Finding[] {
  const findings: Finding[] = [];
  visit(tree.lines, rootRows, version, findings);
  return findings;
}

function visit(lines: readonly Line[], rows: Rows, version: string, findings: Finding[]): void {
  for (const line of lines) {
    const row = Object.hasOwn(rows, line.keyword) ? (rows[line.keyword] as AnyRow) : undefined;
    if (!row) continue;
    const why = whyUnknown(row, version);
    if (why !== undefined) {
      const text = `${version} does not know '${line.keyword}': it ${why}`;
      findings.push(newFinding({ code: 'AV0037', text, span: line.span }));
    }
    if (row.kind === 'block' && line.block) visit(line.block.lines, row.rows, version, findings);
  }
}
