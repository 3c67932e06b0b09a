/** The engine under the sanitizers: seeded messages, sound and mangled, and it goes on answering. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  encodeHold,
  encodeKeyed,
  encodeLease,
  encodePlain,
  encodeSend,
  encodeUnwatch,
  ruleKey,
} from '../src/engine/wire.ts';
import { createLoop } from '../src/runtime/loop.ts';
import { native } from '../src/runtime/native.ts';
import { exchange, hear, missingForEngine, TestEngine, TestOutlet } from '../src/runtime/testing/engine.ts';
import { createRandom, type Random } from '../src/sim/random.ts';
import { addUs, us } from '../src/units.ts';

const MESSAGES = 20_000;
const SOURCES = ['hold.cc', 'main.cc', 'send.cc', 'socket.cc', 'table.cc', 'train.cc'];
const NAMES = ['A', 'B', 'C', 'D', 'E'];
const folder = mkdtempSync(join(tmpdir(), 'alived-engine-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const source = (name: string): string => fileURLToPath(new URL(`../native/engine/${name}`, import.meta.url));

/** Its path, or what is missing to make it. */
function sanitized(): { readonly file: string } | { readonly missing: string } {
  const file = join(folder, 'engine');
  const checks = [
    '-fsanitize=address,undefined',
    '-fno-sanitize-recover=all',
    '-g',
    '-O1',
    '-std=c++17',
    '-pthread',
  ];
  const made = spawnSync('g++', [...checks, ...SOURCES.map(source), '-o', file]);
  return made.status === 0 ? { file } : { missing: 'g++ with libasan and libubsan is missing' };
}

const built = missingForEngine() === false ? sanitized() : { missing: 'root (CAP_NET_RAW) is missing' };
const skip = 'missing' in built ? built.missing : false;

function message(random: Random, outlet: TestOutlet, nowUs: number): Uint8Array {
  const key = ruleKey(random.pick(NAMES));
  const serial = random.int(1, 1000);
  switch (random.int(0, 10)) {
    case 0:
      return encodeKeyed('cancel', serial, key);
    case 1:
      return encodeKeyed('read', serial, key);
    case 2:
      return encodePlain(random.pick(['begin', 'retain', 'ask', 'drain'] as const), serial);
    case 3:
      return encodeLease(serial, us(nowUs + random.int(0, 5_000_000)));
    case 4:
      return encodeUnwatch(serial, random.int(1, 3));
    case 5:
    case 6:
      return encodeHold(serial, key, {
        deadlineUs: us(random.pick([0, nowUs, nowUs + 500, nowUs + 1_000_000])),
        atLeast: random.chance(0.3),
        windowUs: us(random.pick([0, 1000, 1_000_000])),
        takeover: random.chance(0.5) ? ruleKey(random.pick(NAMES)) : undefined,
        watch: random.int(1, 3),
        hopLimit: 64,
        kin: { at: random.int(0, 3), value: random.int(0, 4) },
        judged: random.int(0, 10),
        source: Uint8Array.of(127, 0, 0, 1),
        payload: Uint8Array.from({ length: random.int(0, 4) }, (_, at) => at + 1),
      });
    default: {
      const datagrams = Array.from({ length: random.int(0, 5) }, () => ({
        ...outlet.raw(1, 2, 3),
        control: new Uint8Array(random.chance(0.2) ? random.int(0, 40) : 0),
      }));
      const once = random.chance(0.3);
      const waits = once || random.chance(0.2);
      const times = {
        firstUs: waits ? us(0) : us(nowUs + random.int(-2_000_000, 2_000_000)),
        periodUs: us(once ? 0 : random.pick([0, 999, 1000, 5000, 1_000_000])),
        step: random.int(0, 3),
        ...(random.chance(0.7) ? { next: ruleKey(random.pick(NAMES)) } : {}),
      };
      return encodeSend(serial, key, times, datagrams);
    }
  }
}

/** Bits turned over, cut short, or made longer. */
function mangled(random: Random, bytes: Uint8Array): Uint8Array {
  const changed = Uint8Array.from([...bytes, ...new Uint8Array(random.chance(0.2) ? random.int(1, 64) : 0)]);
  for (let count = random.int(0, 4); count > 0; count--) {
    const at = random.int(0, changed.length - 1);
    changed[at] = (changed[at] ?? 0) ^ (1 << random.int(0, 7));
  }
  return random.chance(0.3) ? changed.subarray(0, random.int(0, changed.length)) : changed;
}

test('no message breaks the engine', { skip }, async () => {
  if (!('file' in built)) return;
  const [random, outlet, loop] = [createRandom(20_261), new TestOutlet(), createLoop()];
  const engine = new TestEngine(built.file);
  const fd = engine.ownerEnd;
  assert.equal(hear(fd, 20_000)?.type, 'hello');
  for (let count = 1; count <= MESSAGES; count++) {
    const sound = message(random, outlet, addUs(loop.now(), us(0)));
    const bytes = random.chance(0.6) ? mangled(random, sound) : sound;
    // An empty packet says that nobody is left.
    if (bytes.length > 0) native.sendmsg(fd, bytes, null, random.chance(0.7) ? outlet.descriptor : null, 0);
    if (count % 50 === 0) {
      let answer = exchange(fd, encodePlain('ask', 0xffffffff));
      while (answer !== undefined && !('serial' in answer && answer.serial === 0xffffffff)) answer = hear(fd);
      assert.ok(answer !== undefined, `nothing after message ${count}`);
    }
    outlet.taken();
  }
  assert.equal(engine.process.exitCode, null);
  await engine.end();
  outlet.close();
  loop.close();
});
