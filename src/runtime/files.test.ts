import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createPidFile, readPidFile, writeFileAtomically } from './files.ts';

describe('files', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'alived-files-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('writes a pid file, refuses a second owner, and lets a third in after removal', () => {
    const path = join(folder, 'vrrp.pid');
    const first = createPidFile(path, 1234);
    assert.ok(first.ok);
    assert.equal(readFileSync(path, 'latin1'), '1234\n');
    assert.equal(readPidFile(path), 1234);
    const second = createPidFile(path, 5678);
    assert.deepEqual(second, {
      ok: false,
      error: { call: 'fcntl(F_OFD_SETLK)', code: 'EAGAIN', heldBy: 1234 },
    });
    assert.equal(readFileSync(path, 'latin1'), '1234\n', 'the loser leaves the text alone');
    first.value.remove();
    assert.equal(existsSync(path), false);
    const third = createPidFile(path, 9);
    assert.ok(third.ok);
    assert.equal(readPidFile(path), 9);
    first.value.remove();
    assert.equal(existsSync(path), true, 'a second removal does not touch the new file');
    third.value.remove();
  });

  it('takes over a longer file that a crash left behind', () => {
    const path = join(folder, 'stale.pid');
    writeFileSync(path, '99999999\nrubbish\n');
    const taken = createPidFile(path, 7);
    assert.ok(taken.ok);
    assert.equal(readFileSync(path, 'latin1'), '7\n');
    taken.value.remove();
  });

  it('keeps a pid file that somebody put in the place of its own', () => {
    const path = join(folder, 'replaced.pid');
    const own = createPidFile(path, 1);
    assert.ok(own.ok);
    rmSync(path);
    writeFileSync(path, '2\n');
    own.value.remove();
    assert.equal(readPidFile(path), 2);
  });

  it('follows no symbolic link and says why', () => {
    const target = join(folder, 'target');
    const link = join(folder, 'link');
    writeFileSync(target, 'precious');
    symlinkSync(target, link);
    assert.deepEqual(createPidFile(link, 1), { ok: false, error: { call: 'open', code: 'ELOOP' } });
    assert.equal(readPidFile(link), 0);
    assert.deepEqual(createPidFile(join(folder, 'no/such.pid'), 1), {
      ok: false,
      error: { call: 'open', code: 'ENOENT' },
    });
    assert.ok(writeFileAtomically(link, 'new').ok);
    assert.equal(readFileSync(target, 'utf8'), 'precious', 'the link was replaced, not followed');
    assert.equal(readFileSync(link, 'utf8'), 'new');
  });

  it('reads no pid from anything but a number', () => {
    const path = join(folder, 'text.pid');
    for (const [text, pid] of [
      ['', 0],
      ['12x\n', 0],
      ['-5\n', 0],
      ['  77 \n', 77],
    ] as const) {
      writeFileSync(path, text);
      assert.equal(readPidFile(path), pid, JSON.stringify(text));
    }
    assert.equal(readPidFile(join(folder, 'missing.pid')), 0);
  });

  it('writes whole files with the given mode and leaves nothing else behind', () => {
    const path = join(folder, 'dump.json');
    const before = readdirSync(folder).length;
    assert.ok(writeFileAtomically(path, 'one', 0o644).ok);
    assert.ok(writeFileAtomically(path, new Uint8Array([0x74, 0x77, 0x6f]), 0o640).ok);
    assert.equal(readFileSync(path, 'utf8'), 'two');
    assert.equal(statSync(path).mode & 0o777, 0o640 & ~process.umask());
    assert.equal(writeFileAtomically(join(folder, 'no/such'), 'x').ok, false);
    assert.equal(writeFileAtomically(folder, 'x').ok, false, 'a folder is not replaced');
    assert.equal(readdirSync(folder).length, before + 1);
  });
});
