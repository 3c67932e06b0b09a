import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./build-addon.js', import.meta.url));

const run = (args: string[], env: Record<string, string>) =>
  spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', env });

describe('build-addon', () => {
  it('says what to install when there is no compiler', () => {
    const result = run(['--force'], { PATH: '/nonexistent' });
    assert.equal(result.status, 1);
    assert.match(result.stderr, /missing a C\+\+17 compiler .*make, python3/);
    assert.match(result.stderr, /apt-get install g\+\+ make python3/);
  });

  it('does nothing when the addon is newer than its sources', () => {
    // Without a compiler it could only fail, so success means that it did not try.
    const result = run([], { PATH: '/nonexistent' });
    assert.equal(result.status, 0, result.stderr);
    assert.equal(result.stdout, '');
  });
});
