/** Loads the addon. This is the only place that does, and only runtime/ may import it. */
import { createRequire } from 'node:module';
import type { Native } from '../../native/index.d.ts';

export type { Native, Poller } from '../../native/index.d.ts';

const addonPath = '../../build/Release/alived.node';

function load(): Native {
  try {
    return createRequire(import.meta.url)(addonPath) as Native;
  } catch (cause) {
    throw new Error('the native addon is not built; run `npm install` or `node scripts/build-addon.js`', {
      cause,
    });
  }
}

export const native: Native = load();
