// Entry of every process of a checkout. It is JavaScript, and enables the compile cache before it loads
// anything else, so that a start does not even load the compiler once the cache is filled. Where the folder
// cannot be written, Node goes on without.
import { readFileSync, statSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const bundle = new URL('build/bundle/main.js', root);

/** The bundle serves as long as none of the sources it was made from has changed. */
function isFresh() {
  try {
    const madeAt = statSync(bundle).mtimeMs;
    const inputs = JSON.parse(readFileSync(new URL('inputs.json', bundle), 'utf8'));
    const folder = fileURLToPath(root);
    return inputs.every((input) => statSync(folder + input).mtimeMs <= madeAt);
  } catch {
    return false;
  }
}

enableCompileCache(fileURLToPath(new URL('build/compile-cache', root)));
await import(isFresh() ? bundle.href : '../src/cli/main.ts');
