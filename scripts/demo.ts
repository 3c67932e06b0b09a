/**
 * `npm run demo`: a router dies and another takes its address over, watched live. In: root, `ip`, the
 * configurations in fixtures/config/demo. Out: about twenty seconds of it, as a panel on a terminal and line
 * by line elsewhere. Whatever it made is gone afterwards, also after Ctrl-C.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { quietly } from '../compat-tests/lib/exec.ts';
import { cleanUpOnExit, Lab, removeStale } from '../compat-tests/lib/namespaces.ts';
import { createScreen } from './lib/screen.ts';

function missing(): string | undefined {
  if (process.platform !== 'linux') return 'Linux';
  if (process.getuid?.() !== 0) return 'root (it makes network namespaces); try `sudo npm run demo`';
  if (quietly(['ip', '-V']) === '') return 'the `ip` command (package iproute2)';
  if (quietly(['setsid', '--version']) === '') return 'the `setsid` command (package util-linux)';
  return undefined;
}

/** The script says itself what it lacks; it does nothing when the addon is current. */
function buildAddon(): boolean {
  const script = fileURLToPath(new URL('build-addon.js', import.meta.url));
  return spawnSync(process.execPath, [script], { stdio: 'inherit' }).status === 0;
}

async function main(): Promise<number> {
  const lacks = missing();
  if (lacks !== undefined) {
    process.stderr.write(`demo: this needs ${lacks}.\n`);
    return 1;
  }
  if (!buildAddon()) return 1;
  cleanUpOnExit();
  removeStale();
  // Loaded only now, because it needs the addon.
  const { play } = await import('./lib/play.ts');
  let lab: Lab | undefined;
  try {
    lab = await Lab.create();
    await play(lab, createScreen(process.stdout));
    return 0;
  } catch (error) {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : error}\n`);
    return 1;
  } finally {
    lab?.destroy();
  }
}

process.exit(await main());
