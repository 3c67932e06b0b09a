/** Finds and loads the addon. Only native.ts and deferred-native.ts ask for it. */
import { fileURLToPath } from 'node:url';
import type { Native } from '../../native/index.d.ts';

const addonPath = fileURLToPath(new URL('../../build/Release/alived.node', import.meta.url));

export function loadAddon(): Native {
  const module = { exports: {} };
  try {
    // What require() does in the end; the way there costs a start several milliseconds.
    process.dlopen(module, addonPath);
  } catch (cause) {
    throw new Error('the native addon is not built; run `npm install` or `node scripts/build-addon.js`', {
      cause,
    });
  }
  return module.exports as Native;
}
