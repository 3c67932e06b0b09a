import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { ScriptResult, ScriptSpec, Scripts } from '../ports/scripts.ts';
import { ms } from '../units.ts';
import { createLoop, type Loop } from './loop.ts';
import { createScripts } from './scripts.ts';
import { until } from './testing/until.ts';

const uid = process.getuid?.() ?? 0;
const gid = process.getgid?.() ?? 0;

function isAlive(pid: number): boolean {
  try {
    // A zombie that nobody has collected counts as dead.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

describe('scripts', () => {
  let loop: Loop;
  let scripts: Scripts;
  let folder: string;

  before(() => {
    loop = createLoop();
    const environment = {
      PATH: '/usr/bin:/bin',
      KEPT: 'yes',
      IFS: 'x',
      LD_PRELOAD: '',
      LD_LIBRARY_PATH: '/x',
    };
    scripts = createScripts(loop, environment);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'alived-scripts-'));
  });
  after(() => loop.close());

  const sh = (text: string): readonly string[] => ['/bin/sh', '-c', text];

  async function result(spec: Partial<ScriptSpec> & Pick<ScriptSpec, 'argv'>): Promise<ScriptResult> {
    const results: ScriptResult[] = [];
    scripts.run({ uid, gid, ...spec }, (value) => results.push(value));
    assert.deepEqual(results, [], 'the result never comes before run() returns');
    await until('the script ends', () => results.length > 0);
    assert.equal(results.length, 1);
    return results[0] ?? { kind: 'failed', reason: 'no result' };
  }

  it('gives </path to the shell as it is written, with its further words as words', async () => {
    const out = join(folder, 'out');
    const byShell = (...argv: string[]) => result({ argv, byShell: true });
    writeFileSync(join(folder, 'in'), '');
    const readable = `<${folder}/in`;
    assert.deepEqual(await byShell(readable), { kind: 'exited', code: 0 });
    assert.deepEqual(await byShell(`${readable};`, 'exit', '5'), { kind: 'exited', code: 5 });
    await byShell(`${readable};`, 'sh', '-c', `echo "it's $0 $1" >${out}`, "a'b", '$HOME');
    assert.equal(readFileSync(out, 'utf8'), "it's a'b $HOME\n");
    const missing = await byShell(`<${folder}/missing`);
    assert.ok(missing.kind === 'exited' && missing.code > 0);
    // Success for keepalived 2.2.7.
    assert.deepEqual(await byShell(readable, 'no-such-command'), { kind: 'exited', code: 0 });
  });

  it('does not give a file that is no program to the shell, and takes it for a success', async () => {
    const [script, out] = [join(folder, 'script'), join(folder, 'out')];
    writeFileSync(script, `echo run >${out}\nexit 7\n`, { mode: 0o755 });
    assert.deepEqual(await result({ argv: [script] }), { kind: 'exited', code: 0 });
    assert.ok(!existsSync(out));
  });

  it('reports exit status, signal and failure to start', async () => {
    assert.deepEqual(await result({ argv: sh('exit 0') }), { kind: 'exited', code: 0 });
    assert.deepEqual(await result({ argv: sh('exit 37') }), { kind: 'exited', code: 37 });
    assert.deepEqual(await result({ argv: sh('kill -9 $$') }), { kind: 'signalled', signal: 'SIGKILL' });
    assert.deepEqual(await result({ argv: ['/nonexistent'] }), { kind: 'failed', reason: 'ENOENT' });
    assert.deepEqual(await result({ argv: ['/etc/passwd'] }), { kind: 'failed', reason: 'EACCES' });
    assert.equal((await result({ argv: ['/bin/true', 'a\0b'] })).kind, 'failed');
  });

  it('passes arguments unchanged, in / and in a group of its own, with a cleaned environment', async () => {
    const out = join(folder, 'out');
    const text =
      'printf "%s|" "$@" > $0; pwd >> $0; env | grep -E "^(KEPT|LD_|IFS)" >> $0; ps -o pgid= $$ >> $0; echo $$ >> $0';
    await result({ argv: ['/bin/sh', '-c', text, out, 'a b', '$HOME', '*', "it's"] });
    const [args, rest, pgid, pid] = readFileSync(out, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.trim());
    assert.equal(args, "a b|$HOME|*|it's|/");
    assert.equal(rest, 'KEPT=yes');
    assert.equal(pgid, pid);
    rmSync(folder, { recursive: true });
  });

  it('gives a program nothing of its own: no descriptors, no ignored signals, /dev/null', async () => {
    const out = join(folder, 'out');
    const text = `ls /proc/$$/fd > ${out}; grep -E "Sig(Ign|Blk)" /proc/self/status >> ${out}`;
    await result({ argv: sh(text) });
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    // 10 is where the shell keeps what it redirects.
    const found = lines.filter((line) => line !== '10');
    assert.deepEqual(found, ['0', '1', '2', 'SigBlk:\t0000000000000000', 'SigIgn:\t0000000000000000']);
    rmSync(folder, { recursive: true });
  });

  it('refuses too many arguments, and none', async () => {
    assert.deepEqual(await result({ argv: ['/bin/true', 'x'.repeat(200_000)] }), {
      kind: 'failed',
      reason: 'E2BIG',
    });
    assert.deepEqual(await result({ argv: [] }), { kind: 'failed', reason: 'EINVAL' });
    rmSync(folder, { recursive: true });
  });

  it('leaves no descriptor and no process behind', async () => {
    const descriptors = () => readdirSync('/proc/self/fd').length;
    await result({ argv: ['/bin/true'] });
    const before = descriptors();
    for (let i = 0; i < 20; i++) {
      await Promise.all([
        result({ argv: ['/bin/true'], timeoutUs: ms(5_000) }),
        result({ argv: ['/bin/false'] }),
        result({ argv: ['/nonexistent'] }),
      ]);
    }
    assert.equal(descriptors(), before);
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
    assert.equal(children, '');
  });

  it('does not wait for members of the group that go on, nor for what they write', async () => {
    const pidFile = join(folder, 'pid');
    const flood = 'while [ $((i += 1)) -lt 2000 ]; do echo flood; done';
    const argv = sh(`sleep 60 & echo $! > ${pidFile}; ${flood}; exit 3`);
    assert.deepEqual(await result({ argv, timeoutUs: ms(30_000) }), { kind: 'exited', code: 3 });
    // This throws when it runs no more.
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('runs as the given user', { skip: uid !== 0 && 'root is missing' }, async () => {
    const argv = sh('test "$(id -u):$(id -g):$(id -G)" = 65534:65533:65533');
    assert.deepEqual(await result({ argv, uid: 65534, gid: 65533 }), { kind: 'exited', code: 0 });
  });

  it('ends the whole group at the time limit, members that ignore SIGTERM included', async () => {
    const pidFile = join(folder, 'pid');
    // The leader dies of SIGTERM; its child does not care.
    const stubborn = `trap "" TERM; echo $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; while :; do sleep 1; done`;
    const done = result({ argv: sh(`sh -c '${stubborn}' & wait`), timeoutUs: ms(300) });
    await until('the child runs', () => existsSync(pidFile));
    const child = Number(readFileSync(pidFile, 'utf8'));
    assert.equal(isAlive(child), true);
    assert.deepEqual(await done, { kind: 'timeout' });
    await until('the child was killed', () => !isAlive(child));
    rmSync(folder, { recursive: true });
  });

  it('kills a leader that ignores SIGTERM one second later', async () => {
    const startUs = loop.now();
    const argv = sh('trap "" TERM; while :; do sleep 0.05; done');
    assert.deepEqual(await result({ argv, timeoutUs: ms(100) }), { kind: 'timeout' });
    assert.ok(loop.now() - startUs >= 1_100_000, 'not before limit and grace');
  });

  it('terminates the group on request', async () => {
    const results: ScriptResult[] = [];
    const started = join(folder, 'started');
    const argv = sh(`touch ${started}; sleep 60 & wait`);
    const running = scripts.run({ argv, uid, gid }, (value) => results.push(value));
    await until('it runs', () => existsSync(started));
    running.terminate();
    await until('it ended', () => results.length > 0);
    assert.deepEqual(results, [{ kind: 'signalled', signal: 'SIGTERM' }]);
    running.terminate();
    rmSync(folder, { recursive: true });
  });
});
