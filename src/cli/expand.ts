/** `alived expand`: the flattened file. 0 = printed, 2 = the file cannot be read. */
import { expandTree } from '../../grammar/expand.ts';
import { formatDiagnostic, parseTree } from '../../grammar/index.ts';
import { machineFacts } from './check-facts.ts';
import type { Output } from './output.ts';

export interface ExpandFileOptions {
  readonly origin: boolean;
  readonly configId?: string | undefined;
}

export function runExpand(file: string, options: ExpandFileOptions, { out, err }: Output): 0 | 2 {
  // Nothing of the machine but its host name and files decides what a line becomes.
  const facts = machineFacts({ configId: options.configId, offline: true });
  const tree = parseTree(file, facts);
  for (const diagnostic of tree.diagnostics) err(`${formatDiagnostic(diagnostic)}\n`);
  if (tree.files.length === 0) return 2;
  out(expandTree(tree, { origin: options.origin }));
  return 0;
}
