/**
 * Bundles the program for a quick start: one file to load in place of hundreds to strip. npm runs this at the
 * end of an install. bin/start.js uses the bundle only while none of its sources is newer.
 *
 * In: src/cli/main.ts and what it imports. Out: build/bundle/main.js, its chunks, and inputs.json.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'build/bundle');

async function bundle(esbuild) {
  // Built beside the old one and moved, so that a process that starts meanwhile finds a whole bundle.
  const fresh = join(root, 'build/bundle.new');
  rmSync(fresh, { recursive: true, force: true });
  const { metafile } = await esbuild.build({
    entryPoints: [join(root, 'src/cli/main.ts')],
    absWorkingDir: root,
    outdir: fresh,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    metafile: true,
    legalComments: 'none',
    // Names stay, so that a stack trace can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    // CommonJS packages that only the structured log and the subcommands need: Node loads them as they are.
    external: ['commander', 'pino'],
    logLevel: 'warning',
  });
  const inputs = Object.keys(metafile.inputs).filter((input) => !input.startsWith('node_modules/'));
  mkdirSync(fresh, { recursive: true });
  writeFileSync(join(fresh, 'inputs.json'), JSON.stringify([...inputs, 'package-lock.json']));
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
}

let esbuild;
try {
  esbuild = await import('esbuild');
} catch {
  // An install without development packages: the sources run as they are.
}
if (esbuild) await bundle(esbuild);
