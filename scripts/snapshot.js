/**
 * Makes the start-up snapshot that `-t` starts from (src/cli/config-test-snapshot.ts). npm runs this at the
 * end of an install, after the addon and the bundle. Without esbuild or the pinned Node there is none, and
 * `-t` starts from the bundle.
 *
 * In: the entry and what it imports. Out: build/snapshot/config-test.blob, and inputs.json.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'build/snapshot');
const blob = join(folder, 'config-test.blob');
const node = join(root, `node_modules/node-linux-${process.arch}/bin/node`);

/** The addon cannot be in a snapshot. */
const deferNative = {
  name: 'defer-native',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/native\.ts$/ }, () => ({ path: join(root, 'src/runtime/deferred-native.ts') }));
  },
};

async function bundle(esbuild) {
  const { metafile } = await esbuild.build({
    entryPoints: [join(root, 'src/cli/config-test-snapshot.ts')],
    absWorkingDir: root,
    outfile: join(folder, 'config-test.cjs'),
    bundle: true,
    // A snapshot is made from one file that is not a module.
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    define: { 'import.meta.url': 'entryUrl', 'import.meta.dirname': '__dirname' },
    banner: { js: "const entryUrl = require('node:url').pathToFileURL(__filename).href;" },
    metafile: true,
    legalComments: 'none',
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [deferNative],
    logLevel: 'warning',
  });
  const inputs = Object.keys(metafile.inputs).filter((input) => !input.startsWith('node_modules/'));
  writeFileSync(join(folder, 'inputs.json'), JSON.stringify([...inputs, 'package-lock.json']));
}

function snapshot() {
  const config = join(folder, 'snapshot.json');
  // Node's own modules come with their code cache, and most of them are never loaded.
  writeFileSync(config, JSON.stringify({ builder: join(folder, 'config-test.cjs'), withoutCodeCache: true }));
  const fresh = `${blob}.new`;
  const samples = globSync(join(root, 'fixtures/config/demo/*.conf'));
  const args = ['--snapshot-blob', fresh, '--build-snapshot-config', config, ...samples];
  const run = spawnSync(node, args, { cwd: root, encoding: 'utf8' });
  if (run.status !== 0 || !existsSync(fresh)) {
    console.error(`alived: no start-up snapshot, so -t starts a little slower:\n${run.stderr}`);
    return;
  }
  renameSync(fresh, blob);
}

let esbuild;
try {
  esbuild = await import('esbuild');
} catch {
  // An install without development packages.
}
if (esbuild && existsSync(node)) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await bundle(esbuild);
  snapshot();
}
