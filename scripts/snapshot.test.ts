import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const blob = join(root, 'build/snapshot/config-test.blob');

/** bin/alived names bin/start.js as the script; this one tells whether it was started. */
const SCRIPT = "console.log('began again', process.argv.slice(2).join(' '));";

describe('the start-up snapshot of -t', { skip: existsSync(blob) ? false : 'there is none' }, () => {
  let folder = '';
  let made = statSync(root);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'alived-snapshot-'));
    writeFileSync(join(folder, 'script.cjs'), SCRIPT);
    writeFileSync(join(folder, 'k.conf'), 'include part.conf\nvrrp_instance V {\n    bogus\n}\n');
    writeFileSync(join(folder, 'part.conf'), 'unknown\n');
    made = statSync(blob);
    // Sources may have changed since; what is tested is the way from a fresh and from a stale one.
    utimesSync(blob, made.atime, new Date());
  });
  after(() => {
    utimesSync(blob, made.atime, made.mtime);
    rmSync(folder, { recursive: true });
  });

  const run = (...args: string[]) => {
    const all = ['--snapshot-blob', blob, join(folder, 'script.cjs'), ...args];
    const { ALIVED_ARGV0: _name, ...env } = process.env;
    return spawnSync(process.execPath, all, { encoding: 'utf8', cwd: folder, env });
  };

  it('reads the configuration where it is started, and begins nothing again', () => {
    const { status, stdout, stderr } = run('-t', '-f', 'k.conf');
    assert.equal(stdout, '');
    assert.match(stderr, /^\(part\.conf: Line 1\) Unknown keyword 'unknown'$/m);
    assert.match(stderr, /^\(k\.conf: Line 3\) Unknown keyword 'bogus'$/m);
    assert.equal(status, 5);
  });

  for (const args of [['-v', '-t'], ['check', '-t'], ['-n'], ['-t', '--bogus']]) {
    it(`leaves ${args.join(' ')} to the program`, () => {
      assert.equal(run(...args).stdout, `began again ${args.join(' ')}\n`);
    });
  }

  it('gives way when a source is newer', () => {
    utimesSync(blob, made.atime, new Date(0));
    try {
      assert.equal(run('-t', '-f', 'k.conf').stdout, 'began again -t -f k.conf\n');
    } finally {
      utimesSync(blob, made.atime, new Date());
    }
  });
});
