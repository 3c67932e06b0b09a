import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../engine/testing/fake-clock.ts';
import type { ScriptResult } from '../ports/scripts.ts';
import { us } from '../units.ts';
import { ScriptRunner, type TrackedScriptConfig } from './script-runner.ts';

function bench() {
  const clock = new FakeClock();
  const starts: string[] = [];
  const changed: string[] = [];
  const terminated: string[] = [];
  const told: string[] = [];
  const running: ((result: ScriptResult) => void)[] = [];
  const runner: ScriptRunner = new ScriptRunner(
    clock,
    {
      run: (spec, done) => {
        starts.push(`${clock.now()} ${spec.argv.join(' ')}`);
        running.push(done);
        return { terminate: () => terminated.push(spec.argv.join(' ')) };
      },
    },
    {
      changed: (name) => changed.push(`${name} ${runner.status(name)}`),
      log: ({ id, args }) => {
        if (id === 'script-inherited') told.push(args.join(' '));
      },
    },
  );
  const finish = (code: number): void => running.shift()?.({ kind: 'exited', code });
  return { clock, runner, starts, changed, terminated, finish, told };
}

function script(more: Partial<TrackedScriptConfig> = {}): TrackedScriptConfig {
  const spec = { argv: ['/bin/check'], uid: 0, gid: 0 };
  return { name: 'chk', rise: 1, fall: 1, initFail: false, intervalUs: us(1_000_000), spec, ...more };
}

test('a script runs at once and then at its interval', () => {
  const { clock, runner, starts, finish } = bench();
  runner.configure([script()]);
  for (let second = 0; second < 3; second++) {
    clock.run(second * 1_000_000 + 500_000);
    finish(0);
  }
  assert.deepEqual(starts, ['0 /bin/check', '1000000 /bin/check', '2000000 /bin/check']);
});

test('one that is still running is not started a second time', () => {
  const { clock, runner, starts, finish } = bench();
  runner.configure([script()]);
  clock.run(2_500_000);
  assert.deepEqual(starts, ['0 /bin/check']);
  finish(0);
  clock.run(3_000_000);
  assert.deepEqual(starts, ['0 /bin/check', '3000000 /bin/check']);
});

test('a change of the verdict is told, the same verdict is not', () => {
  const { clock, runner, changed, finish } = bench();
  assert.equal(runner.status('chk'), 'unknown');
  runner.configure([script()]);
  for (const [second, code] of [0, 0, 1, 1, 0].entries()) {
    clock.run(second * 1_000_000);
    finish(code);
  }
  assert.deepEqual(changed, ['chk up', 'chk down', 'chk up']);
});

test('a reload keeps the verdict of the same command and forgets that of another', () => {
  const { clock, runner, starts, finish, terminated } = bench();
  runner.configure([script()]);
  clock.run(0);
  finish(0);
  runner.configure([script({ intervalUs: us(5_000_000) })]);
  assert.equal(runner.status('chk'), 'up');
  clock.run(1_000_000);
  assert.equal(starts.length, 2);
  runner.configure([script({ spec: { argv: ['/bin/check'], uid: 1000, gid: 0 } })]);
  assert.equal(runner.status('chk'), 'unknown');
  assert.deepEqual(terminated, ['/bin/check']);
  finish(1);
  assert.equal(runner.status('chk'), 'unknown');
});

test('what a reload inherits is told: verdicts of the same command', () => {
  const { clock, runner, finish, told } = bench();
  const other = script({ name: 'other' });
  runner.configure([script(), other, script({ name: 'open' })]);
  clock.run(0);
  finish(0);
  finish(1);
  const changed = script({ spec: { argv: ['/bin/check'], uid: 1000, gid: 0 } });
  runner.tellInherited([script(), other, script({ name: 'open' }), script({ name: 'new' })]);
  runner.tellInherited([changed]);
  assert.deepEqual(told, ['chk successful', 'other unsuccessful']);
});

test('a removed script is stopped and its late result is ignored', () => {
  const { clock, runner, changed, terminated, finish } = bench();
  runner.configure([script()]);
  clock.run(0);
  runner.configure([]);
  finish(0);
  clock.run(10_000_000);
  assert.deepEqual([terminated, changed, clock.pending()], [['/bin/check'], [], {}]);
});
