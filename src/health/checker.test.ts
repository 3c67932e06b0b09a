/** A checker at work on a process that wakes up late, as processes do. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ScriptResult, ScriptSpec } from '../ports/scripts.ts';
import { Process, World } from '../sim/world.ts';
import { addUs, ms, seconds, type Us } from '../units.ts';
import { ipv4 } from '../wire/address.ts';
import { Checker, startVerdict } from './checker.ts';
import type { CheckedServer } from './config.ts';
import type { MiscCheck } from './probes/misc.ts';
import { Schedule } from './schedule.ts';
import { unusedPorts } from './testing/ports.ts';

const LATE_US = ms(3);
const SETTINGS = { alpha: false, connectTimeoutUs: seconds(5), delayLoopUs: seconds(1) };

function misc(delayLoopUs: Us): MiscCheck {
  const timing = {
    delayLoopUs,
    warmupUs: seconds(0),
    retry: 2,
    delayBeforeRetryUs: ms(500),
    logAllFailures: false,
  };
  const script = { argv: ['/bin/true'], uid: 0, gid: 0 };
  return { type: 'MISC_CHECK', timing, alpha: false, script, timeoutGiven: false, dynamic: false };
}

const serverOf = (config: MiscCheck): CheckedServer => ({
  name: 'RS',
  address: ipv4('10.0.0.1'),
  port: 80,
  forwarding: 'masquerade',
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
  inhibit: false,
  smtpAlert: false,
  settings: SETTINGS,
  checks: [config],
  commands: {},
});

/** Every timer fires late, and a program runs for `runsUs`. */
class Played {
  readonly world = new World();
  readonly startedAt: number[] = [];
  readonly checker: Checker;
  code = 0;
  ended = 0;

  constructor(config: MiscCheck, runsUs: Us) {
    const process = new Process(this.world);
    const clock = {
      now: () => process.now(),
      wallUs: () => process.wallUs(),
      cancel: (name: string) => process.cancel(name),
      armAt: (name: string, dueAtUs: Us, fire: (dueAtUs: Us, nowUs: Us) => void) =>
        process.armAt(name, addUs(dueAtUs, LATE_US), (_lateUs, nowUs) => fire(dueAtUs, nowUs)),
    };
    const run = (_spec: ScriptSpec, done: (result: ScriptResult) => void) => {
      this.startedAt.push(this.world.nowUs);
      this.world.at(addUs(this.world.nowUs, runsUs), () => done({ kind: 'exited', code: this.code }));
      return {
        terminate: () => {
          this.ended += 1;
        },
      };
    };
    const ports = { ...unusedPorts, clock, scripts: { run } };
    const silent = { log: () => undefined, judged: () => undefined };
    const outputs = { ...silent, mailed: () => undefined, weighed: () => undefined };
    const server = serverOf(config);
    const state = startVerdict(config, true);
    const spec = { id: 'c', virtual: 'VS', server, config, state, weight: 0 };
    this.checker = new Checker(ports, new Schedule(clock), outputs, spec);
    this.checker.begin(seconds(1));
  }

  until(atSeconds: number): this {
    this.world.run(seconds(atSeconds));
    return this;
  }
}

describe('a checker that runs a program', () => {
  it('keeps its rate whatever waking up and the program take', () => {
    const { startedAt } = new Played(misc(seconds(1)), ms(40)).until(4.5);
    assert.deepEqual(startedAt, [1_003_000, 2_003_000, 3_003_000, 4_003_000]);
  });

  it('runs one program at a time: where one takes longer than the delay the next follows it', () => {
    const { startedAt } = new Played(misc(seconds(1)), ms(1_250)).until(4.5);
    const rounds = startedAt.map((atUs, at) => atUs - (startedAt[at - 1] ?? 0));
    assert.equal(startedAt.length, 3);
    for (const round of rounds.slice(1)) assert.ok(round >= 1_250_000 && round < 1_270_000, `${round}`);
  });

  it('tries again after the shorter delay', () => {
    const played = new Played(misc(seconds(10)), ms(40)).until(2);
    played.code = 1;
    const { startedAt } = played.until(13);
    // From the end of the program, in the next slot of 10 ms.
    assert.deepEqual(startedAt.slice(1), [11_003_000, 11_553_000, 12_103_000]);
    assert.equal(played.checker.up, false);
  });

  it('ends the program when it is stopped, and hears no more of it', () => {
    const played = new Played(misc(seconds(1)), ms(500)).until(1.2);
    played.code = 1;
    played.checker.stop();
    played.until(4);
    assert.deepEqual([played.ended, played.startedAt.length, played.checker.up], [1, 1, true]);
  });
});
