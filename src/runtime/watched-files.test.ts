import assert from 'node:assert/strict';
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { WatchedFiles } from '../ports/files.ts';
import { createLoop, type Loop } from './loop.ts';
import { until } from './testing/until.ts';
import { unwrap } from './testing/unwrap.ts';
import { createWatchedFiles } from './watched-files.ts';

/** Longer than the kernel takes to tell. */
const SILENCE_MS = 60;

describe('watched files', () => {
  let loop: Loop;
  let files: WatchedFiles;
  let folder: string;
  before(() => {
    loop = createLoop();
    files = createWatchedFiles(loop);
    folder = mkdtempSync(join(tmpdir(), 'alived-'));
  });
  after(() => {
    loop.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('tell of a finished write, not of one that goes on', async () => {
    const path = join(folder, 'written');
    writeFileSync(path, '1');
    const seen: (string | undefined)[] = [];
    const end = unwrap(files.watch(path, () => seen.push(files.read(path))));
    const fd = openSync(path, 'w');
    writeSync(fd, '25');
    await delay(SILENCE_MS);
    assert.deepEqual(seen, []);
    closeSync(fd);
    await until('the write is told', () => seen.length > 0);
    assert.deepEqual(seen, ['25']);
    end();
    appendFileSync(path, '7');
    await delay(SILENCE_MS);
    assert.deepEqual(seen, ['25']);
  });

  it('tell of removal, renaming and links, and not of neighbours', async () => {
    const path = join(folder, 'moved');
    let last: string | undefined = 'nothing yet';
    const end = unwrap(
      files.watch(path, () => {
        last = files.read(path);
      }),
    );
    writeFileSync(`${path}.new`, '5');
    await delay(SILENCE_MS);
    assert.equal(last, 'nothing yet');
    renameSync(`${path}.new`, path);
    await until('the renaming is told', () => last === '5');
    rmSync(path);
    await until('the removal is told', () => last === undefined);
    writeFileSync(join(folder, 'target'), '8');
    symlinkSync(join(folder, 'target'), path);
    await until('the link is told', () => last === '8');
    end();
  });

  it('need their folder, and say why without it', () => {
    const result = files.watch(join(folder, 'none/f'), () => undefined);
    assert.deepEqual(result, { ok: false, error: { errno: 2, text: 'no such file or directory' } });
    assert.equal(files.read(join(folder, 'none/f')), undefined);
    assert.equal(files.read(folder), undefined);
  });

  it('are made private, kept, or replaced without following a link', () => {
    const path = join(folder, 'made');
    unwrap(files.initialise(path, '1\n', false));
    assert.deepEqual([readFileSync(path, 'utf8'), statSync(path).mode & 0o777], ['1\n', 0o600]);
    unwrap(files.initialise(path, '2\n', false));
    assert.equal(readFileSync(path, 'utf8'), '1\n');
    writeFileSync(join(folder, 'elsewhere'), '9');
    rmSync(path);
    symlinkSync(join(folder, 'elsewhere'), path);
    unwrap(files.initialise(path, '3\n', true));
    assert.equal(readFileSync(path, 'utf8'), '3\n');
    assert.equal(readFileSync(join(folder, 'elsewhere'), 'utf8'), '9');
    mkdirSync(join(folder, 'dir'));
    assert.deepEqual(files.initialise(join(folder, 'dir'), '1', true), { ok: false, error: 'not-regular' });
    const missing = files.initialise(join(folder, 'none/f'), '1', false);
    assert.equal(!missing.ok && missing.error !== 'not-regular' && missing.error.errno, 2);
  });
});
