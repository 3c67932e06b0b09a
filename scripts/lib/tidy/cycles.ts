/**
 * Import cycles. Type-only imports are erased and may point back. In: the import graph. Out: each strongly
 * connected group of files once, as one shortest cycle through its first file.
 */
import type { Rule } from './rule.ts';

type Graph = ReadonlyMap<string, readonly string[]>;

/** The shortest way from `start` back to itself, breadth first; undefined when there is none. */
function cycleThrough(graph: Graph, start: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const file of queue) {
    for (const next of graph.get(file) ?? []) {
      if (next === start) {
        const cycle = [file];
        for (let at = file; at !== start; ) {
          at = cameFrom.get(at) ?? start;
          cycle.unshift(at);
        }
        return [...cycle, start];
      }
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, file);
      queue.push(next);
    }
  }
  return undefined;
}

export const cycles: Rule = {
  name: 'imports form no cycle',
  check: ({ sources }) => {
    const graph = new Map(
      sources.map(({ path, imports }) => [
        path,
        imports.flatMap(({ target, typeOnly }) => (target === undefined || typeOnly ? [] : [target])),
      ]),
    );
    const reported = new Set<string>();
    return [...graph.keys()].sort().flatMap((path) => {
      if (reported.has(path)) return [];
      const cycle = cycleThrough(graph, path);
      if (cycle === undefined) return [];
      for (const file of cycle) reported.add(file);
      return [{ path, detail: cycle.join(' -> ') }];
    });
  },
};
