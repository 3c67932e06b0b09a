/**
 * The addon in a start-up snapshot, which cannot hold it: loaded when a process starts from the snapshot.
 * scripts/snapshot.js puts this file in the place of native.ts.
 */
import { startupSnapshot } from 'node:v8';
import type { Native } from '../../native/index.d.ts';
import { loadAddon } from './addon.ts';

export let native: Native;

startupSnapshot.addDeserializeCallback(() => {
  native = loadAddon();
});
