import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { addUs, ms, type Us, us } from '../units.ts';
import { createClock } from './clock.ts';
import { AF_UNIX, SOCK_DGRAM } from './constants.ts';
import { createLoop, type Loop } from './loop.ts';
import { native } from './native.ts';
import { sockaddrUn } from './sockaddr.ts';
import { until } from './testing/until.ts';

/** A datagram socket bound to an abstract name, and a function that sends to it. */
function mailbox(name: string): { fd: number; post(): void; take(): number } {
  const address = sockaddrUn(`\0alived-${process.pid}-${name}`);
  assert.ok(address);
  const fd = native.socket(AF_UNIX, SOCK_DGRAM, 0);
  assert.equal(native.bind(fd, address), 0);
  return {
    fd,
    post() {
      const sender = native.socket(AF_UNIX, SOCK_DGRAM, 0);
      assert.equal(native.sendmsg(sender, Uint8Array.of(1), address, null, 0), 1);
      native.close(sender);
    },
    take: () => native.read(fd, new Uint8Array(8)),
  };
}

describe('loop', () => {
  let loop: Loop;
  before(() => {
    loop = createLoop();
  });
  after(() => loop.close());

  it('fires timers in the order of their deadlines, never early', async () => {
    const clock = createClock(loop);
    const start = clock.now();
    const fired: { name: string; dueAtUs: Us; nowUs: Us }[] = [];
    const delays = { c: 3100, a: 150, d: 9000, b: 151, past: -5000 };
    for (const [name, delay] of Object.entries(delays)) {
      clock.armAt(name, addUs(start, us(delay)), (dueAtUs, nowUs) => fired.push({ name, dueAtUs, nowUs }));
    }
    await until('all fired', () => fired.length === 5);
    assert.deepEqual(
      fired.map(({ name }) => name),
      ['past', 'a', 'b', 'c', 'd'],
    );
    for (const { name, dueAtUs, nowUs } of fired) {
      assert.equal(dueAtUs, start + (delays[name as keyof typeof delays] ?? 0));
      assert.ok(nowUs >= dueAtUs, `${name} fired ${dueAtUs - nowUs} us early`);
    }
  });

  it('replaces a timer of the same name and cancels', async () => {
    const fired: string[] = [];
    const soon = addUs(loop.now(), ms(5));
    loop.armAt('twice', soon, () => fired.push('first'));
    loop.armAt('twice', addUs(soon, ms(1)), () => fired.push('second'));
    loop.armAt('never', soon, () => fired.push('never'));
    loop.armAt('end', addUs(soon, ms(2)), () => fired.push('end'));
    loop.cancel('never');
    loop.cancel('unknown');
    await until('end', () => fired.includes('end'));
    assert.deepEqual(fired, ['second', 'end']);
  });

  it('calls for ready descriptors as long as they are watched', async () => {
    const box = mailbox('watch');
    let calls = 0;
    assert.equal(
      loop.watch(box.fd, () => {
        calls += 1;
        box.take();
      }),
      0,
    );
    box.post();
    box.post();
    await until('both were read', () => calls === 2);
    assert.equal(
      loop.watch(box.fd, () => undefined),
      -17,
      'EEXIST',
    );
    loop.unwatch(box.fd);
    loop.unwatch(box.fd);
    box.post();
    const other = mailbox('other');
    let marker = false;
    loop.watch(other.fd, () => {
      marker = other.take() > 0;
    });
    other.post();
    await until('a later event', () => marker);
    assert.equal(calls, 2);
    loop.unwatch(other.fd);
    native.close(box.fd);
    native.close(other.fd);
  });

  it('serves descriptors before timers of the same pass', async () => {
    const box = mailbox('order');
    const order: string[] = [];
    loop.watch(box.fd, () => {
      box.take();
      order.push('packet');
      loop.cancel('masterDown');
    });
    loop.armAt('masterDown', addUs(loop.now(), ms(2)), () => order.push('masterDown'));
    loop.armAt('later', addUs(loop.now(), ms(4)), () => order.push('later'));
    box.post();
    // Busy beyond both deadlines, so that everything is due in one pass.
    const end = addUs(loop.now(), ms(8));
    while (loop.now() < end);
    await until('later fired', () => order.includes('later'));
    assert.deepEqual(order, ['packet', 'later']);
    loop.unwatch(box.fd);
    native.close(box.fd);
  });

  it('ignores the event of a descriptor that an earlier one in the batch unwatched', async () => {
    const boxes = [mailbox('x'), mailbox('y')] as const;
    let calls = 0;
    for (const box of boxes) {
      loop.watch(box.fd, () => {
        calls += 1;
        for (const { fd } of boxes) loop.unwatch(fd);
      });
    }
    for (const box of boxes) box.post();
    let passed = false;
    loop.armAt('passed', addUs(loop.now(), ms(5)), () => {
      passed = true;
    });
    await until('the pass is over', () => passed);
    assert.equal(calls, 1);
    for (const { fd } of boxes) native.close(fd);
  });

  it('returns errno for a descriptor that cannot be watched', () => {
    assert.equal(
      loop.watch(-1, () => undefined),
      -9,
    );
  });
});

/** Runs a module text in a process of its own and returns what it printed. */
function isolated(body: string): string {
  const module = new URL('./loop.ts', import.meta.url).href;
  const text = `import { createLoop } from ${JSON.stringify(module)}; const loop = createLoop(); ${body}`;
  const args = ['--input-type=module-typescript', '--eval', text];
  return execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 });
}

describe('loop and process', () => {
  it('ends with the process when asked not to keep it alive, with timers pending', () => {
    assert.equal(isolated('loop.armAt("far", loop.now() + 1e9, () => {}); loop.keepAlive(false)'), '');
  });

  it('keeps the process until it is closed', () => {
    assert.equal(
      isolated('loop.armAt("soon", loop.now() + 1e4, () => { console.log("fired"); loop.close(); })'),
      'fired\n',
    );
  });

  it('raises uncaughtException for a throwing callback and goes on', () => {
    const body = `process.on('uncaughtException', (error) => console.log(error.message));
      loop.armAt('a', loop.now() + 1, () => { throw new Error('boom'); });
      loop.armAt('b', loop.now() + 2, () => { console.log('next'); loop.close(); });`;
    assert.equal(isolated(body), 'boom\nnext\n');
  });

  it('does not lose a timer that was due when a descriptor callback threw', () => {
    const body = `import { openSync } from 'node:fs'; import { execFileSync } from 'node:child_process';
      const path = '/tmp/alived-loop-' + process.pid; execFileSync('mkfifo', [path]);
      const fd = openSync(path, 'r+'); execFileSync('rm', [path]);
      process.on('uncaughtException', (error) => { console.log(error.message); loop.unwatch(fd); });
      loop.watch(fd, () => { throw new Error('boom'); });
      const end = loop.now() + 1e5;
      loop.armAt('due', end - 5e4, () => { console.log('timer'); loop.close(); process.exit(); });
      process.getBuiltinModule('node:fs').writeSync(fd, 'x');
      while (loop.now() < end);`;
    assert.equal(isolated(body), 'boom\ntimer\n');
  });

  it('runs promise jobs between callbacks of the loop and the next event', () => {
    const body = `loop.armAt('a', loop.now() + 1, () => {
      Promise.resolve().then(() => console.log('job'));
      loop.armAt('b', loop.now() + 1000, () => { console.log('timer'); loop.close(); });
    });`;
    assert.equal(isolated(body), 'job\ntimer\n');
  });

  it('does not wake up while nothing happens', () => {
    const body = `import { readFileSync } from 'node:fs';
      const switches = () => Number(/voluntary_ctxt_switches:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
      let before = 0;
      loop.armAt('a', loop.now() + 3e5, () => {
        before = switches();
        loop.armAt('b', loop.now() + 5e5, () => { console.log(switches() - before <= 10); loop.close(); });
      });`;
    assert.equal(isolated(body), 'true\n');
  });
});
