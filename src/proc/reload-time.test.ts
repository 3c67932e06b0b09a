import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Logger } from '../out/logger.ts';
import { ok } from '../result.ts';
import { Process, World } from '../sim/world.ts';
import { seconds } from '../units.ts';
import { ReloadTime, type ReloadTimeConfig, reloadTime } from './reload-time.ts';

const NOW_MS = Date.UTC(2026, 10, 26, 12, 0, 0);
const local = (text: string): number => new Date(text).getTime();

class Played {
  readonly world = new World();
  readonly logged: string[] = [];
  readonly removed: string[] = [];
  text: string | undefined;
  reloads = 0;
  config: ReloadTimeConfig;
  refuses = false;
  #changed = (): void => undefined;
  readonly own: ReloadTime;

  constructor(config: ReloadTimeConfig) {
    this.config = config;
    const clock = new Process(this.world);
    const wall = Object.assign(clock, { wallUs: () => NOW_MS * 1000 + this.world.nowUs });
    this.own = new ReloadTime({
      clock: wall,
      files: {
        watch: (_path, changed) => {
          this.#changed = changed;
          return ok(() => undefined);
        },
        read: () => this.text,
        initialise: () => ok(undefined),
      },
      logger: { log: (...line: unknown[]) => this.logged.push(line.join(' ')) } as unknown as Logger,
      reload: () => {
        this.reloads += 1;
        if (!this.refuses) this.own.configure(this.config);
      },
      remove: (file) => {
        this.removed.push(file);
        this.write(undefined);
      },
    });
    this.own.configure(config);
  }

  write(text: string | undefined): void {
    this.text = text;
    this.#changed();
  }

  ids(): string[] {
    return this.logged.splice(0).map((line) => line.split(' ')[0] ?? '');
  }
}

describe('times of reloads', () => {
  it('are read with and without a date, in local time or in UTC', () => {
    assert.equal(reloadTime('2026-11-27 01:02:03', NOW_MS), local('2026-11-27T01:02:03'));
    assert.equal(reloadTime('26-11-27 01:02:03\n', NOW_MS), local('2026-11-27T01:02:03'));
    assert.equal(reloadTime('2026-11-27 01:02:03Z', NOW_MS), Date.UTC(2026, 10, 27, 1, 2, 3));
    assert.equal(reloadTime('12:00:01Z', NOW_MS), NOW_MS + 1000);
    assert.equal(reloadTime('12:00:00Z', NOW_MS), NOW_MS + 86_400_000);
    for (const text of ['', 'soon', '12:00', '24:00:00', '12:60:00', '2026-02-30 12:00:00', '2026-11-27']) {
      assert.equal(reloadTime(text, NOW_MS), undefined, text);
    }
  });

  it('come once, and the file goes with them', () => {
    const played = new Played({ file: '/t', repeat: false });
    played.write('12:05:00Z');
    played.world.run(seconds(299.9));
    assert.equal(played.reloads, 0);
    played.world.run(seconds(301));
    assert.deepEqual([played.reloads, played.removed], [1, ['/t']]);
    assert.deepEqual(played.ids(), ['reload-time-set']);
    played.world.run(seconds(100_000));
    assert.equal(played.reloads, 1);
  });

  it('come every day with reload_repeat, also after a reload that was refused', () => {
    const played = new Played({ file: '/t', repeat: true });
    played.write('12:00:10Z');
    played.world.run(seconds(11));
    played.refuses = true;
    played.world.run(seconds(86_411));
    played.world.run(seconds(2 * 86_400 + 11));
    assert.deepEqual([played.reloads, played.removed], [3, []]);
  });

  it('can be changed and taken back, and what is no time is said once', () => {
    const played = new Played({ file: '/t', repeat: false });
    played.write('12:00:10Z');
    played.write('12:00:20Z');
    played.write('12:00:20Z');
    assert.deepEqual(played.ids(), ['reload-time-set', 'reload-time-changed']);
    played.write('garbage');
    played.write('garbage');
    assert.deepEqual(played.ids(), ['reload-time-format', 'reload-time-invalid']);
    played.write('2026-11-26 11:00:00Z');
    assert.deepEqual(played.ids(), ['reload-time-past', 'reload-date-past']);
    played.write(undefined);
    assert.deepEqual(played.ids(), ['reload-time-cancelled']);
    played.world.run(seconds(60));
    assert.equal(played.reloads, 0);
  });
});
