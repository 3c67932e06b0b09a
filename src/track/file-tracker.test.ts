import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimFiles } from '../sim/tracked.ts';
import { fileNumber } from './file-number.ts';
import { FileTracker, type TrackedFileConfig } from './file-tracker.ts';

interface Bench {
  readonly files: SimFiles;
  readonly tracker: FileTracker;
  readonly seen: string[];
}

function bench(): Bench {
  const files = new SimFiles();
  const seen: string[] = [];
  const tracker = new FileTracker(files, {
    changed: (name) => seen.push(`changed ${name}`),
    log: (id, args) => seen.push([id, ...args].join(' ')),
  });
  return { files, tracker, seen };
}

const f: TrackedFileConfig = { name: 'f', path: '/run/f' };

test('numbers are read as strtol with base 0 does', () => {
  const texts = ['5\n', '  +13', '-254 x', '12 bar', '0x10', '010', 'foo', '', '\n4\n', '08', '2147483647'];
  assert.deepEqual(texts.map(fileNumber), [5, 13, -254, 12, 16, 8, 0, 0, 4, 0, 2_147_483_647]);
  assert.deepEqual(['2147483648', '-99999999999 '].map(fileNumber), ['2147483648', '-99999999999']);
});

test('a change is told once, and a missing file counts as 0', () => {
  const { files, tracker, seen } = bench();
  tracker.configure([f], true);
  assert.equal(tracker.value('f'), 0);
  files.write('/run/f', '20\n');
  files.write('/run/f', '20\n');
  assert.equal(tracker.value('f'), 20);
  files.write('/run/f', undefined);
  assert.equal(tracker.value('f'), 0);
  assert.deepEqual(seen, ['changed f', 'changed f']);
  tracker.stop();
  assert.deepEqual(files.watched, []);
});

test('a number that does not fit leaves the one before', () => {
  const { files, tracker, seen } = bench();
  files.write('/run/f', '4');
  tracker.configure([f], true);
  files.write('/run/f', '99999999999');
  assert.deepEqual([tracker.value('f'), seen], [4, ['track-file-invalid-number 99999999999 /run/f']]);
});

test('init_file writes at the start only, over an existing file only with overwrite', () => {
  const { files, tracker } = bench();
  files.write('/run/kept', '3');
  files.write('/run/over', '3');
  const configs = [
    { name: 'new', path: '/run/new', init: { value: 12, overwrite: false } },
    { name: 'kept', path: '/run/kept', init: { value: 12, overwrite: false } },
    { name: 'over', path: '/run/over', init: { value: 13, overwrite: true } },
  ];
  tracker.configure(configs, true);
  assert.deepEqual(
    configs.map(({ name }) => tracker.value(name)),
    [12, 3, 13],
  );
  assert.equal(files.read('/run/new'), '12\n');
  files.write('/run/over', undefined);
  tracker.configure(configs, false);
  assert.equal(tracker.value('over'), 0);
});

test('without its folder a file is not tracked, and the log says so', () => {
  const { files, tracker, seen } = bench();
  files.missingFolders.add('/run');
  tracker.configure([{ ...f, init: { value: 0, overwrite: false } }], true);
  assert.equal(tracker.value('f'), undefined);
  assert.deepEqual(seen, [
    'track-file-not-opened /run/f 2 no such file or directory',
    'track-file-not-initialised f',
    'track-file-no-folder f',
  ]);
});

test('a reload keeps what has the same path and lets go of the rest', () => {
  const { files, tracker, seen } = bench();
  files.write('/run/f', '4');
  files.write('/run/g', '9');
  tracker.configure([f, { name: 'g', path: '/run/g' }], true);
  tracker.configure([{ name: 'f', path: '/run/g' }], false);
  assert.deepEqual([tracker.value('f'), tracker.value('g'), files.watched], [9, undefined, ['/run/g']]);
  assert.deepEqual(seen, []);
});
