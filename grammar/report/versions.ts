/** Which keywords another version would refuse: rows of the table say since and until when they exist. */
import type { Line, Tree } from '../cst.ts';
import { rootRows } from '../keywords/root.ts';
import type { AnyRow, Rows } from '../keywords/row.ts';
import { type Finding, newFinding } from './finding.ts';

export type Version = readonly [major: number, minor: number, patch: number];

/** `v2.3.3`, `2.3.3`; anything else, such as HEAD, is later than every release. */
export function parseVersion(text: string): Version {
  const match = /^v?(\d+)\.(\d+)\.(\d+)$/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : [99, 0, 0];
}

export const isOlder = (a: Version, b: Version): boolean => {
  const index = a.findIndex((part, place) => part !== b[place]);
  return index >= 0 && (a[index] ?? 0) < (b[index] ?? 0);
};

export function refusedBy(tree: Tree, version: string): Finding[] {
  const findings: Finding[] = [];
  visit(tree.lines, rootRows, version, findings);
  return findings;
}

function visit(lines: readonly Line[], rows: Rows, version: string, findings: Finding[]): void {
  const target = parseVersion(version);
  for (const line of lines) {
    const row = Object.hasOwn(rows, line.keyword) ? (rows[line.keyword] as AnyRow) : undefined;
    if (!row) continue;
    const { since, until } = row;
    const said =
      since !== undefined && isOlder(target, parseVersion(since))
        ? `exists since ${since.replace(/^v/, '').replace('HEAD', '2.4.3')}`
        : until !== undefined && isOlder(parseVersion(until), target)
          ? `was removed after ${until.replace(/^v/, '')}`
          : undefined;
    if (said !== undefined) {
      const text = `${version} does not know '${line.keyword}': it ${said}`;
      findings.push(newFinding({ code: 'AV0037', text, span: line.span }));
    }
    if (row.kind === 'block' && line.block) visit(line.block.lines, row.rows, version, findings);
  }
}
