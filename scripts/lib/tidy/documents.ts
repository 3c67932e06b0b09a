/**
 * Promises of the documents that can be checked: what they say exists does, and what must be explained is.
 */
import type { Rule, Tree, Violation } from './rule.ts';

function textOf({ files }: Tree, path: string): string | undefined {
  return files.find((file) => file.path === path)?.text;
}

export const dependenciesExplained: Rule = {
  name: 'every dependency has a line in ARCHITECTURE.md',
  check: (tree) => {
    const manifest = JSON.parse(textOf(tree, 'package.json') ?? '{}') as Record<string, unknown>;
    const table =
      textOf(tree, 'ARCHITECTURE.md')
        ?.split(/^## Dependencies$/m)[1]
        ?.split(/^## /m)[0] ?? '';
    const explained = new Set(table.match(/[@\w./-]+/g) ?? []);
    const kinds = ['dependencies', 'optionalDependencies', 'devDependencies'];
    const names = kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}));
    return names
      .filter((name) => !explained.has(name))
      .map((name) => ({ path: 'ARCHITECTURE.md', detail: `says nothing of ${name}` }));
  },
};

/** Markdown links inside the tree point at a file or a folder of it. */
export const linksResolve: Rule = {
  name: 'links in documents resolve',
  check: ({ files }) => {
    const known = new Set(files.map(({ path }) => path));
    const exists = (path: string): boolean =>
      known.has(path) || [...known].some((file) => file.startsWith(`${path.replace(/\/$/, '')}/`));
    return files
      .filter(({ path }) => path.endsWith('.md'))
      .flatMap(({ path, text }): Violation[] => {
        const base = new URL(path, 'file:///');
        const targets = [...text.matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g)].map((match) => match[1] ?? '');
        return targets
          .filter((target) => !exists(decodeURI(new URL(target, base).pathname.slice(1))))
          .map((target) => ({ path, detail: `links to ${target}, which does not exist` }));
      });
  },
};
