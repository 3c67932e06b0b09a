/** The addon, loaded. Only runtime/ may import it. */
import type { Native } from '../../native/index.d.ts';
import { loadAddon } from './addon.ts';

export type { Exchanger, Native, Poller } from '../../native/index.d.ts';

export const native: Native = loadAddon();
