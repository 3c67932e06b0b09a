/** A plan for people: one line for each thing that changes, its details below, and the sums. */
import type { Action, Change, Kind, Plan } from './compare.ts';

const SIGNS: Readonly<Record<Action, string>> = { added: '+', removed: '-', changed: '~', replaced: '!' };
const COLOURS: Readonly<Record<Action, number>> = { added: 32, removed: 31, changed: 33, replaced: 35 };

export function planText({ changes, untouched }: Plan, colour: boolean): string {
  const lines = changes.flatMap((change) => changeLines(change, colour));
  const kinds = new Set([...changes.map(({ kind }) => kind), ...(Object.keys(untouched) as Kind[])]);
  const sums = [...kinds].map((kind) => sumLine(kind, changes, untouched[kind] ?? 0));
  return [...lines, ...(lines.length === 0 ? [] : ['']), ...sums, ''].join('\n');
}

function changeLines({ kind, name, action, details, effect }: Change, colour: boolean): string[] {
  const what = [SIGNS[action], kind, ...(name === '' ? [] : [name])].join(' ');
  const head = effect === undefined ? what : `${what}: ${effect}`;
  const painted = colour ? `\x1b[${COLOURS[action]}m${head}\x1b[0m` : head;
  return [painted, ...details.map((detail) => `    ${detail}`)];
}

const ACTIONS: readonly Action[] = ['added', 'removed', 'changed', 'replaced'];

function sumLine(kind: Kind, changes: readonly Change[], untouched: number): string {
  const counts = ACTIONS.map((action) => {
    const count = changes.filter((change) => change.kind === kind && change.action === action).length;
    return [count, action] as const;
  });
  const said = [...counts.filter(([count]) => count > 0), [untouched, 'untouched'] as const];
  return `${kind}: ${said.map(([count, word]) => `${count} ${word}`).join(', ')}`;
}
