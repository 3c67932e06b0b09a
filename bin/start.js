// Entry of every process of a checkout. It is JavaScript, and enables the compile cache before it loads
// anything else, so that a start does not even load the compiler once the cache is filled. Where the folder
// cannot be written, Node goes on without.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../build/compile-cache', import.meta.url)));
await import('../src/cli/main.ts');
