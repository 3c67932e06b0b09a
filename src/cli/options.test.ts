import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_CONFIG_FILE, parseDaemonOptions } from './options.ts';

function optionsOf(...args: string[]) {
  const parsed = parseDaemonOptions(args);
  assert.ok(parsed.ok);
  return parsed.options;
}

test('without options the daemon reads the usual file and goes to the background', () => {
  const options = optionsOf();
  assert.equal(options.file, DEFAULT_CONFIG_FILE);
  assert.equal(options.foreground, false);
  assert.equal(options.syslog, true);
  assert.equal(options.facility, 3);
});

test('-u reads C numbers', () => {
  assert.equal(optionsOf('-u', '027').umask, 0o27);
  assert.equal(optionsOf('-u', '0x1f').umask, 0x1f);
  assert.equal(optionsOf('-u', '63').umask, 63);
  assert.equal(optionsOf('-u', 'rwx').umask, undefined);
});

test('log facilities by number and name', () => {
  assert.equal(optionsOf('-S', '5').facility, 21);
  assert.equal(optionsOf('-S', 'local7').facility, 23);
  assert.equal(optionsOf('-S', 'user').facility, 1);
});

test('what upstream says of stray words and unusable values', () => {
  const parsed = parseDaemonOptions(['-S', '9', '-t', 'file']);
  assert.ok(parsed.ok);
  assert.deepEqual(parsed.stderr, ["Invalid log facility '9'"]);
  assert.deepEqual(parsed.stdout, ['Unexpected argument(s): file ']);
  assert.equal(parsed.options.test, true);
});

test('a build without log file support refuses -g', () => {
  const parsed = parseDaemonOptions(['-g']);
  assert.deepEqual(parsed, { ok: false, error: '-g requires configure option --enable-log-file' });
});
