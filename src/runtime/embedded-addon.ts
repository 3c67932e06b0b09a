/**
 * Loads the addon of the single executable, which carries it as an asset. The system only loads code from
 * files, so it gets one without a name, which nobody else can open: `scripts/package.js` puts this module in
 * the place of addon.ts.
 */
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { getRawAsset } from 'node:sea';
import type { Native } from '../../native/index.d.ts';

const ASSET = 'alived.node';
/** Linux: an inode without a name in the folder. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;
/** Some of these may be mounted without the right to execute, or read-only. */
const FOLDERS = ['/dev/shm', '/run', '/tmp', '/var/tmp', dirname(process.execPath)];

function loadFrom(folder: string, bytes: Uint8Array): Native {
  const fd = openSync(folder, O_TMPFILE | constants.O_RDWR, 0o700);
  try {
    writeSync(fd, bytes);
    const module = { exports: {} };
    process.dlopen(module, `/proc/self/fd/${fd}`);
    return module.exports as Native;
  } finally {
    // What is loaded stays mapped.
    closeSync(fd);
  }
}

export function loadAddon(): Native {
  const bytes = new Uint8Array(getRawAsset(ASSET));
  const reasons: string[] = [];
  for (const folder of FOLDERS) {
    try {
      return loadFrom(folder, bytes);
    } catch (error) {
      reasons.push(`${folder}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`the native addon could not be loaded\n${reasons.join('\n')}`);
}
