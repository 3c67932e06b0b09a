/** An engine that is missing, cannot be executed, or dies: one line, and the daemon goes on. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Logger } from '../out/logger.ts';
import { fail, ok } from '../result.ts';
import { until } from '../runtime/testing/until.ts';
import { EngineProcess } from './engine-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'alived-engine-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, text: string, mode: number): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

function listening(): { readonly lines: string[]; readonly logger: Logger } {
  const lines: string[] = [];
  const logger = { log: (id: string, ...args: readonly unknown[]) => lines.push([id, ...args].join(' ')) };
  return { lines, logger: logger as unknown as Logger };
}

test('without its file there is none', () => {
  const { lines, logger } = listening();
  assert.equal(
    EngineProcess.start(logger, () => fail('no such file')),
    undefined,
  );
  assert.deepEqual(lines, ['engine-not-started no such file']);
});

test('a file that cannot be executed is told of once', async () => {
  const { lines, logger } = listening();
  const file = program('plain', 'text', 0o644);
  assert.equal(
    EngineProcess.start(logger, () => ok(file)),
    undefined,
  );
  await until('the line', () => lines.length > 0);
  assert.match(lines.join(), /^engine-not-started spawn \S+plain EACCES$/);
});

test('one that ends is started again, one that ends again not at once', async () => {
  const { lines, logger } = listening();
  const begun = performance.now();
  const engine = EngineProcess.start(logger, () => ok(program('short', '#!/bin/sh\nexit 3\n', 0o755)));
  assert.ok(engine !== undefined);
  await until('two ends', () => lines.length === 2);
  const second = performance.now() - begun;
  await until('a third', () => lines.length === 3);
  assert.match(lines[0] ?? '', /^engine-ended \d+ status 3$/);
  assert.ok(second < performance.now() - begun - 900);
  engine.stop();
});
