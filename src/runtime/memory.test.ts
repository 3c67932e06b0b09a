import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { releaseMemoryLater } from './memory.ts';
import { native } from './native.ts';
import { until } from './testing/until.ts';

/** Resident kilobytes of mappings by whether they are of a file and not writable. */
function residentOfFiles(): number {
  const maps = readFileSync('/proc/self/smaps', 'utf8').split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/);
  return maps
    .filter((map) => /^\S+ r-.p .* \//.test(map.split('\n')[0] ?? ''))
    .map((map) => Number(/^Rss: +(\d+)/m.exec(map)?.[1] ?? 0))
    .reduce((sum, kilobytes) => sum + kilobytes, 0);
}

describe('memory of mapped files', () => {
  it('is given back, and everything works as before', () => {
    const before = residentOfFiles();
    assert.equal(native.releaseFilePages(), 0);
    const after = residentOfFiles();
    assert.ok(after < before / 2, `${before} kB before, ${after} kB after`);
    // Code and constants come from the file again; relocated tables were never given away.
    assert.equal(JSON.stringify({ a: [1, new Date(0)] }), '{"a":[1,"1970-01-01T00:00:00.000Z"]}');
    assert.match(new Intl.DateTimeFormat('en').format(0), /\d/);
    assert.equal(/(\w+)\s\1/.test('ab ab'), true);
  });
});

describe('memory of the heap', () => {
  it('is given back some time after the last call', async () => {
    const garbage: unknown[] = [];
    for (let count = 0; count < 200_000; count++) garbage.push({ count });
    garbage.length = 0;
    const before = process.memoryUsage().heapTotal;
    releaseMemoryLater(true);
    // A timer of its own keeps the process from ending.
    await until('the heap to shrink', () => process.memoryUsage().heapTotal < before - 4_000_000);
  });
});
