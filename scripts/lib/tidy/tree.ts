/** The real tree: every text file of the checkout that is not built or installed. */
import { readdirSync, readFileSync } from 'node:fs';
import type { TextFile, Tree } from './rule.ts';
import { scanSource } from './source.ts';

const SKIPPED = new Set(['node_modules', 'build', 'dist', '.git', '.cache']);
const TEXT = /\.(?:ts|js|json|md|cc|h|gyp|conf|hex|txt|yml|yaml|sh|[1-8])$|(?:^|\/)[A-Za-z.]+$/;

function* walk(root: URL, folder: string): Generator<TextFile> {
  for (const entry of readdirSync(new URL(folder, root), { withFileTypes: true })) {
    const path = `${folder}${entry.name}`;
    if (SKIPPED.has(entry.name)) continue;
    if (entry.isDirectory()) yield* walk(root, `${path}/`);
    else if (entry.isFile() && TEXT.test(path)) {
      yield { path, text: readFileSync(new URL(encodeURI(path), root), 'utf8') };
    }
  }
}

export function treeOf(files: readonly TextFile[]): Tree {
  const typed = files.filter(({ path }) => path.endsWith('.ts') && !path.endsWith('.d.ts'));
  return { files, sources: typed.map(({ path, text }) => scanSource(path, text)) };
}

export const readTree = (root: URL): Tree => treeOf([...walk(root, '')]);
