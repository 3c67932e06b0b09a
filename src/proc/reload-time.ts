/**
 * reload_time_file: a file that says when to reload. In: its text, whenever somebody has changed it. Out: a
 * reload at that time, log lines in the words of 2.2.7. The file goes once its time has come, unless
 * reload_repeat keeps it; then a time without a date counts every day.
 */
import type { Logger } from '../out/logger.ts';
import type { Clock } from '../ports/clock.ts';
import type { WatchedFiles } from '../ports/files.ts';
import { addUs, seconds, us } from '../units.ts';

export interface ReloadTimeConfig {
  readonly file: string;
  readonly repeat: boolean;
}

export interface ReloadTimeParts {
  readonly clock: Clock;
  readonly files: WatchedFiles;
  readonly logger: Logger;
  readonly reload: () => void;
  readonly remove: (file: string) => void;
}

const FORM = /^(?:(\d{2}|\d{4})-(\d{1,2})-(\d{1,2})[ T])?(\d{1,2}):(\d{2}):(\d{2})(Z?)$/;
const CENTURY = 2000;
const US_PER_MS = 1000;
/** The clock of the host may be set meanwhile: how far away a time is gets looked at this often. */
const LOOK_US = seconds(30);
const TIMER = 'reload time';

/** Unix time in milliseconds; undefined = the text is no time. One without a date is the next one. */
export function reloadTime(text: string, nowMs: number): number | undefined {
  const [matched, year, month, day, hour, minute, second, zone] = FORM.exec(text.trim()) ?? [];
  if (matched === undefined) return undefined;
  const utc = zone === 'Z';
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (h > 23 || m > 59 || s > 60) return undefined;
  const at = (y: number, mo: number, d: number): number =>
    utc ? Date.UTC(y, mo, d, h, m, s) : new Date(y, mo, d, h, m, s).getTime();
  if (year !== undefined) {
    const y = Number(year) + (year.length === 2 ? CENTURY : 0);
    const [mo, d] = [Number(month) - 1, Number(day)];
    const exists = new Date(Date.UTC(y, mo, d)).getUTCMonth() === mo && d > 0;
    return exists ? at(y, mo, d) : undefined;
  }
  const now = new Date(nowMs);
  const [y, mo, d] = utc
    ? [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()]
    : [now.getFullYear(), now.getMonth(), now.getDate()];
  const today = at(y, mo, d);
  return today > nowMs ? today : at(y, mo, d + 1);
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Local time. */
function stamp(ms: number): string {
  const t = new Date(ms);
  const date = [t.getFullYear(), two(t.getMonth() + 1), two(t.getDate())].join('-');
  return `${date} ${[t.getHours(), t.getMinutes(), t.getSeconds()].map(two).join(':')}`;
}

export class ReloadTime {
  readonly #parts: ReloadTimeParts;
  #config: ReloadTimeConfig | undefined;
  #unwatch: (() => void) | undefined;
  #dueMs: number | undefined;
  /** What is wrong is said once, however many events a write has. */
  #refused: string | undefined;

  constructor(parts: ReloadTimeParts) {
    this.#parts = parts;
  }

  /** When the file asks for a reload, in local time. */
  get scheduled(): string | undefined {
    return this.#dueMs === undefined ? undefined : stamp(this.#dueMs);
  }

  /** At a start and after each reload. */
  configure(config: ReloadTimeConfig | undefined): void {
    const fired = this.#config !== undefined && this.#dueMs === undefined;
    if (config?.file !== this.#config?.file) this.#watch(config?.file);
    this.#config = config;
    if (config !== undefined && this.#dueMs === undefined) this.#look(fired);
  }

  #watch(file: string | undefined): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#cancel();
    if (file === undefined) return;
    const { files, logger } = this.#parts;
    const watched = files.watch(file, () => this.#look(false));
    if (watched.ok) this.#unwatch = watched.value;
    else logger.log('reload-time-unwatched', file, watched.error.text);
  }

  /** `quietly`: a time that has just been kept is no news. */
  #look(quietly: boolean): void {
    const { files, clock, logger } = this.#parts;
    const text = this.#config === undefined ? undefined : files.read(this.#config.file)?.trim();
    if (text === undefined || text === '') {
      this.#cancel();
      return;
    }
    const nowMs = clock.wallUs() / US_PER_MS;
    const dueMs = reloadTime(text, nowMs);
    const news = text !== this.#refused;
    this.#refused = dueMs === undefined || dueMs <= nowMs ? text : undefined;
    if (dueMs === undefined) {
      if (!news) return;
      logger.log('reload-time-format', text);
      logger.log('reload-time-invalid', text);
    } else if (dueMs > nowMs) this.#plan(dueMs);
    else if (news && !quietly) {
      logger.log('reload-time-past', stamp(dueMs));
      logger.log('reload-date-past');
    }
  }

  #plan(dueMs: number): void {
    const { logger } = this.#parts;
    if (this.#dueMs === undefined) logger.log('reload-time-set', stamp(dueMs));
    else if (this.#dueMs !== dueMs) logger.log('reload-time-changed', stamp(this.#dueMs), stamp(dueMs));
    this.#dueMs = dueMs;
    this.#wait();
  }

  #wait(): void {
    const { clock } = this.#parts;
    const leftUs = (this.#dueMs ?? 0) * US_PER_MS - clock.wallUs();
    const waitUs = us(Math.max(0, Math.min(leftUs, LOOK_US)));
    clock.armAt(TIMER, addUs(clock.now(), waitUs), () => this.#wake());
  }

  #wake(): void {
    const { clock, reload, remove } = this.#parts;
    if (this.#dueMs === undefined) return;
    if (clock.wallUs() / US_PER_MS < this.#dueMs) {
      this.#wait();
      return;
    }
    this.#dueMs = undefined;
    if (this.#config !== undefined && !this.#config.repeat) remove(this.#config.file);
    reload();
    // A reload that was refused has planned nothing.
    if (this.#config?.repeat === true && this.#dueMs === undefined) this.#look(true);
  }

  #cancel(): void {
    if (this.#dueMs === undefined) return;
    this.#parts.logger.log('reload-time-cancelled', stamp(this.#dueMs));
    this.#dueMs = undefined;
    this.#parts.clock.cancel(TIMER);
  }
}
