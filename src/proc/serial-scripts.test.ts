import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ScriptResult, ScriptSpec } from '../ports/scripts.ts';
import { SerialScripts } from './serial-scripts.ts';

const spec = (name: string): ScriptSpec => ({ argv: [name], uid: 0, gid: 0 });

function harness() {
  const started: string[] = [];
  const failed: string[] = [];
  const dropped: string[] = [];
  const ends = new Map<string, (result: ScriptResult) => void>();
  const serial = new SerialScripts({
    start: ({ argv: [name = ''] }, done) => {
      started.push(name);
      ends.set(name, done);
    },
    failed: (owner, { argv }, result) => failed.push(`${owner} ${argv[0]} ${result.kind}`),
    dropped: (owner) => dropped.push(owner),
  });
  const end = (name: string, result: ScriptResult = { kind: 'exited', code: 0 }): void =>
    ends.get(name)?.(result);
  return { serial, started, failed, dropped, end };
}

describe('scripts in order', () => {
  it('start when those of the same owner before them have ended', () => {
    const { serial, started, end } = harness();
    for (const name of ['a1', 'a2', 'a3']) serial.run('a', spec(name));
    serial.run('b', spec('b1'));
    assert.deepEqual(started, ['a1', 'b1']);
    end('a1');
    assert.deepEqual(started, ['a1', 'b1', 'a2']);
    end('b1');
    end('a2');
    end('a3');
    assert.deepEqual(started, ['a1', 'b1', 'a2', 'a3']);
    assert.ok(serial.idle);
    serial.run('a', spec('a4'));
    assert.equal(started.at(-1), 'a4');
  });

  it('tell of those that fail, and go on', () => {
    const { serial, started, failed, end } = harness();
    for (const name of ['one', 'two', 'three', 'four']) serial.run('a', spec(name));
    end('one', { kind: 'exited', code: 3 });
    end('two', { kind: 'timeout' });
    end('three', { kind: 'signalled', signal: 'SIGKILL' });
    assert.deepEqual(started, ['one', 'two', 'three', 'four']);
    assert.deepEqual(failed, ['a one exited', 'a two timeout', 'a three signalled']);
  });

  it('drop the oldest of more than a hundred that wait', () => {
    const { serial, started, dropped, end } = harness();
    serial.run('a', spec('hangs'));
    for (let at = 0; at < 102; at++) serial.run('a', spec(`n${at}`));
    assert.deepEqual(dropped, ['a', 'a']);
    end('hangs');
    assert.deepEqual(started, ['hangs', 'n2']);
  });

  it('are all started when the process ends', () => {
    const { serial, started, end } = harness();
    for (const name of ['hangs', 'stop1', 'stop2']) serial.run('a', spec(name));
    serial.release();
    assert.deepEqual(started, ['hangs', 'stop1', 'stop2']);
    end('stop1');
    end('hangs');
    end('stop2');
    assert.ok(serial.idle);
    assert.equal(started.length, 3);
  });
});
