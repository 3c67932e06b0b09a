/**
 * Observations of upstream kept in fixtures/upstream: what a pairing is compared with when upstream is not
 * run beside it, and what upstream itself is checked against.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Observation } from './scene.ts';

interface Recording {
  readonly version: string;
  readonly case: string;
  readonly observation: Observation;
}

const path = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/upstream/${name}.json`, import.meta.url));

export function readRecording(name: string): Observation | undefined {
  if (!existsSync(path(name))) return undefined;
  return (JSON.parse(readFileSync(path(name), 'utf8')) as Recording).observation;
}

export function writeRecording(name: string, version: string, observation: Observation): void {
  const recording: Recording = { version, case: name, observation };
  mkdirSync(dirname(path(name)), { recursive: true });
  writeFileSync(path(name), `${JSON.stringify(recording, null, 1)}\n`);
}
