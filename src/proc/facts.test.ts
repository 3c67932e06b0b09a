/** The host's answers on real files: what may be configuration, which scripts others could change. */
import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fakeLink } from '../vrrp/testing/config.ts';
import { type FactOptions, systemFacts } from './facts.ts';

const root = mkdtempSync(join(tmpdir(), 'alived-facts-'));
chmodSync(root, 0o755);
after(() => rmSync(root, { recursive: true }));

const NOBODY = 65534;
const asRoot = { skip: process.getuid?.() === 0 ? false : 'needs root to give files away' };

function facts(more: Partial<FactOptions> = {}) {
  const options = { testing: true, configId: undefined, strictIncludes: false, env: {}, links: [] };
  return systemFacts({ ...options, ...more });
}

function file(path: string, mode: number, text = '#!/bin/sh\n'): string {
  const whole = join(root, path);
  writeFileSync(whole, text);
  chmodSync(whole, mode);
  return whole;
}

function folder(path: string, mode = 0o755): string {
  const whole = join(root, path);
  mkdirSync(whole);
  chmodSync(whole, mode);
  return whole;
}

test('a script of root below folders of root is executable and secure', asRoot, () => {
  const path = file('good.sh', 0o755);
  assert.deepEqual(facts().script(path, 0, 0), { path, executable: true });
});

test('execute permission is that of the account it runs as', asRoot, () => {
  const owner = file('owner.sh', 0o700);
  assert.equal(facts().script(owner, 0, 0).executable, true);
  assert.equal(facts().script(owner, NOBODY, NOBODY).executable, false);
  const group = file('group.sh', 0o750);
  chownSync(group, 0, NOBODY);
  assert.equal(facts().script(group, 1, NOBODY).executable, true);
  assert.equal(facts().script(group, 1, 1).executable, false);
  assert.equal(facts().script(file('none.sh', 0o644), 0, 0).executable, false);
  // The group's bits count for a member of the group, even where everybody else may.
  const others = file('others.sh', 0o705);
  chownSync(others, 0, NOBODY);
  assert.deepEqual(
    [1, NOBODY].map((gid) => facts().script(others, 1, gid).executable),
    [true, false],
  );
});

const weakness = (path: string, uid = 0, gid = 0): string | undefined => {
  const { insecure } = facts().script(path, uid, gid);
  return insecure && `${insecure.path} ${insecure.why}`;
};

test('what somebody else could change is insecure, and named with the reason', asRoot, () => {
  const writable = file('writable.sh', 0o757);
  assert.equal(weakness(writable), `${writable} may be written by everybody (mode 0757)`);
  const given = file('given.sh', 0o755);
  chownSync(given, NOBODY, 0);
  assert.equal(weakness(given), `${given} is owned by uid ${NOBODY}`);
  const grouped = file('grouped.sh', 0o775);
  assert.equal(weakness(grouped), undefined);
  chownSync(grouped, 0, NOBODY);
  assert.equal(weakness(grouped), `${grouped} may be written by group ${NOBODY} (mode 0775)`);
});

test('a folder on the way counts, unless it is sticky', asRoot, () => {
  const open = folder('open', 0o777);
  const inside = file('open/run.sh', 0o755);
  assert.equal(weakness(inside), `${open} may be written by everybody (mode 0777)`);
  chmodSync(open, 0o1777);
  assert.equal(weakness(inside), undefined);
  chownSync(open, NOBODY, 0);
  assert.equal(weakness(inside), `${open} is owned by uid ${NOBODY}`);
});

test('who could change it matters only for what runs with rights of root', asRoot, () => {
  const writable = file('anybody.sh', 0o757);
  assert.equal(weakness(writable, NOBODY, NOBODY), undefined);
  assert.notEqual(weakness(writable, NOBODY, 0), undefined);
  chmodSync(writable, 0o4757);
  assert.notEqual(weakness(writable, NOBODY, NOBODY), undefined);
  chmodSync(writable, 0o2757);
  assert.notEqual(weakness(writable, NOBODY, NOBODY), undefined);
  chownSync(writable, NOBODY, NOBODY);
  chmodSync(writable, 0o6757);
  assert.equal(weakness(writable, NOBODY, NOBODY), undefined);
});

test('a link is judged by where it leads', asRoot, () => {
  folder('real', 0o777);
  const target = file('real/run.sh', 0o755);
  const link = join(root, 'link.sh');
  symlinkSync(target, link);
  const insecure = { path: join(root, 'real'), why: 'may be written by everybody (mode 0777)' };
  assert.deepEqual(facts().script(link, 0, 0), {
    path: link,
    executable: true,
    real: target,
    startedAs: target,
    insecure,
  });
});

test('a program goes by its real path, but keeps the name of a link in its own folder', asRoot, () => {
  folder('named', 0o755);
  const target = file('named/run.sh', 0o755);
  symlinkSync('run.sh', join(root, 'named/other.sh'));
  symlinkSync('named', join(root, 'through'));
  symlinkSync('named/other.sh', join(root, 'outside.sh'));
  const started = (path: string) => facts().script(`${root}/${path}`, 0, 0).startedAs;
  assert.equal(started('named/run.sh'), undefined);
  assert.equal(started('named/other.sh'), undefined);
  assert.equal(started('through/other.sh'), join(root, 'named/other.sh'));
  assert.equal(started('named//run.sh'), target);
  assert.equal(started('outside.sh'), target);
});

test('what the account cannot reach is not there, and why is told', asRoot, () => {
  folder('private', 0o700);
  const hidden = file('private/run.sh', 0o755);
  const problem = (path: string, uid = 0): string | undefined => facts().script(path, uid, uid).problem;
  assert.equal(problem(hidden), undefined);
  assert.equal(problem(hidden, NOBODY), 'Permission denied');
  assert.equal(problem(join(hidden, 'below')), 'Not a directory');
  assert.equal(problem(join(root, 'missing')), 'No such file or directory');
  symlinkSync(join(root, 'loop'), join(root, 'loop'));
  assert.equal(problem(join(root, 'loop')), 'Too many levels of symbolic links');
});

test('missing files, folders, relative and dangling paths are not scripts', () => {
  const dangling = join(root, 'dangling.sh');
  symlinkSync(join(root, 'nowhere'), dangling);
  for (const path of [join(root, 'missing.sh'), root, './run.sh', dangling]) {
    assert.equal(facts().script(path, 0, 0).executable, false, path);
  }
});

test('a bare name is looked for along PATH, and only there', () => {
  const bin = folder('bin');
  const path = file('bin/probe', 0o755);
  folder('bin2');
  file('bin2/probe', 0o755);
  const env = { PATH: `${join(root, 'nowhere')}:${bin}:${join(root, 'bin2')}` };
  assert.equal(facts({ env }).script('probe', 0, 0).path, path);
  assert.deepEqual(facts({ env: { PATH: root } }).script('probe', 0, 0), { executable: false });
});

test('configuration is a readable regular file without execute bits', () => {
  const good = file('k.conf', 0o644, 'abc');
  const read = facts().readFile(good);
  assert.deepEqual(read.ok && [...read.bytes], [97, 98, 99]);
  const problem = (path: string): string => {
    const result = facts().readFile(path);
    return result.ok ? 'none' : result.problem;
  };
  assert.equal(problem(file('x.conf', 0o654)), 'not-regular');
  assert.equal(problem('/dev/null'), 'not-regular');
  assert.equal(problem(root), 'directory');
  assert.equal(problem(join(root, 'missing.conf')), 'missing');
  assert.equal(problem(join(good, 'below.conf')), 'missing');
});

test('patterns yield sorted names, alternatives in their own order, hidden files only when asked for', () => {
  const at = folder('conf.d');
  for (const name of ['b.conf', 'a.conf', 'c.cfg', '.hidden.conf']) file(`conf.d/${name}`, 0o644);
  const found = (pattern: string): string[] =>
    facts()
      .glob(join(at, pattern))
      .map((path) => path.slice(at.length + 1));
  assert.deepEqual(found('*.conf'), ['a.conf', 'b.conf']);
  assert.deepEqual(found('{c*,[ab].conf}'), ['c.cfg', 'a.conf', 'b.conf']);
  assert.deepEqual(found('.h*'), ['.hidden.conf']);
  assert.deepEqual(found('nothing*'), []);
});

test('accounts, interfaces, environment and host name', () => {
  const links = [fakeLink('eth7', 9)];
  const known = facts({ links, env: { A: 'b' }, configId: 'node7' });
  assert.deepEqual(known.user('root'), { uid: 0, gid: 0 });
  assert.equal(known.group('root'), 0);
  for (const name of ['no-such-account', '../root', 'root:x', '', '-a']) {
    assert.equal(known.user(name), undefined, name);
  }
  assert.equal(known.interface('eth7')?.index, 9);
  assert.equal(known.interface('eth8'), undefined);
  assert.deepEqual([known.env?.('A'), known.env?.('B'), known.configId], ['b', undefined, 'node7']);
  assert.equal(facts().configId, facts().hostname.split('.')[0]);
});

test('random numbers stay in their range and reach both ends', () => {
  const { random } = facts();
  const seen = new Set(Array.from({ length: 500 }, () => random?.(3, 5)));
  assert.deepEqual([...seen].sort(), [3, 4, 5]);
});
