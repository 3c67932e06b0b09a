/**
 * Loads the addon of the single executable, which carries it as an asset: `scripts/package.js` puts this
 * module in the place of addon.ts.
 */
import type { Native } from '../../native/index.d.ts';
import { fromAsset } from './asset-file.ts';

export function loadAddon(): Native {
  const loaded = fromAsset('alived.node', (path) => {
    const module = { exports: {} };
    // What is loaded stays mapped.
    process.dlopen(module, path);
    return module.exports as Native;
  });
  if (loaded.ok) return loaded.value;
  throw new Error(`the native addon could not be loaded\n${loaded.error.join('\n')}`);
}
