/**
 * A scenario while it plays: two routers with a daemon each, phases, and what was observed in every phase.
 * Each case is a function of a Scene; everything general (states, log, packets, addresses, notify calls) is
 * recorded for every phase without the case asking, facts of its own it adds with `fact` and `timing`.
 */
import { bfdStory, Discriminators } from './bfd.ts';
import type { Capture } from './capture.ts';
import type { Kind } from './daemon.ts';
import type { Advert, BfdControl, Frame } from './frames.ts';
import type { HostName, Lab, RouterName } from './namespaces.ts';
import { addressesOf, announcement, statesOf, tidyLog, wireStory } from './observe.ts';
import { until } from './poll.ts';
import { anyCommandWith } from './processes.ts';
import { Router } from './router.ts';
import { Senders } from './senders.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Kinds = Readonly<Record<RouterName, Kind>>;

/** A duration against its protocol bound. Only the verdict counts; `ms` is for the reader. */
export interface Timing {
  readonly timing: 'ok' | 'early' | 'late';
  readonly ms: number;
  readonly atLeast: number;
  readonly atMost: number;
}

/** `parent`, `log` and `wire` are absent in a phase of which only the outcome is repeatable. */
export interface RouterView {
  readonly states: readonly string[];
  readonly addresses: readonly string[];
  readonly notify: readonly string[];
  readonly parent?: readonly string[];
  readonly log?: readonly string[];
  readonly wire?: readonly string[];
  /** Only of a router with a BFD process. */
  readonly bfd?: BfdView;
}

export interface BfdView {
  readonly log: readonly string[];
  readonly events: readonly string[];
  readonly wire: readonly string[];
}

/**
 * `outcome`: which of two packets comes first is chance, so only states, addresses and notify calls count.
 */
export type Detail = 'full' | 'outcome';

export interface PhaseView {
  readonly name: string;
  readonly a?: RouterView;
  readonly b?: RouterView;
}

export interface Observation {
  readonly phases: readonly PhaseView[];
  readonly facts: Readonly<Record<string, Json>>;
}

/** A case: plays on a laboratory with a kind of daemon on each router. */
export type Scenario = (lab: Lab, kinds: Kinds) => Promise<Observation>;

/** Time without a new kind of log line or an announcement after which a transition counts as finished. */
const QUIET_MS = 100;
/** Scheduling on a busy machine; a bound of the protocol is never stretched downwards by more than 12 ms. */
const LATE_SLACK_MS = 350;
const EARLY_SLACK_MS = 12;
const US_PER_MS = 1000;

interface Phase {
  readonly name: string;
  readonly detail: Detail;
  readonly startMs: number;
  /** Routers that were master when the phase began. */
  readonly masters: ReadonlySet<RouterName>;
}

export class Scene {
  readonly lab: Lab;
  readonly a: Router;
  readonly b: Router;
  readonly #capture: Capture;
  readonly #facts: Record<string, Json> = {};
  readonly #phases: PhaseView[] = [];
  /** Set by cases in which several scripts start at the same moment: then only the set of calls counts. */
  notifyInAnyOrder = false;
  /** What is compared of the last phase, in which the daemons are stopped. */
  endDetail: Detail = 'full';
  readonly #senders = new Senders();
  #phase: Phase | undefined;
  #frameMark = 0;
  /** Last advert of each VRID that a router sent in earlier phases. */
  readonly #adverts = { a: new Map<number, string>(), b: new Map<number, string>() };

  readonly #discriminators = new Discriminators();
  /** Last BFD packet of each router to each peer. */
  readonly #bfdLast = { a: new Map<string, string>(), b: new Map<string, string>() };

  constructor(lab: Lab, kinds: Kinds, capture: Capture) {
    this.lab = lab;
    this.#capture = capture;
    this.a = new Router(lab, 'a', kinds.a);
    this.b = new Router(lab, 'b', kinds.b);
  }

  get routers(): readonly Router[] {
    return [this.a, this.b];
  }

  /** Everything captured so far, oldest first. */
  get frames(): readonly Frame[] {
    return this.#capture.frames;
  }

  /** Ends the running phase, once its last transition has settled, and begins another. */
  async phase(name: string, detail: Detail = 'full'): Promise<void> {
    await this.#closePhase();
    const masters = this.routers.filter((router) => router.isMaster());
    const names = new Set(masters.map((router) => router.name));
    this.#phase = { name, detail, startMs: Date.now(), masters: names };
  }

  fact(key: string, value: Json): void {
    this.#facts[key] = value;
  }

  /** Records a duration with the bound the protocol gives it; `atMost` gets the slack of a busy machine. */
  timing(key: string, ms: number, atLeast: number, atMost: number = atLeast): void {
    const verdict = ms < atLeast - EARLY_SLACK_MS ? 'early' : ms > atMost + LATE_SLACK_MS ? 'late' : 'ok';
    const rounded = Math.round(ms * 10) / 10;
    this.#facts[key] = { timing: verdict, ms: rounded, atLeast, atMost };
  }

  /** Adverts of a host since the phase began, or since a time in microseconds. */
  adverts(host: HostName, sinceUs: number = this.phaseStartUs): Advert[] {
    return this.frames.filter(
      (frame): frame is Advert =>
        frame.kind === 'advert' && frame.atUs >= sinceUs && this.#senderOf(frame) === host,
    );
  }

  /** BFD packets of a host since the phase began, or since a time in microseconds. */
  bfdPackets(host: HostName, sinceUs: number = this.phaseStartUs): BfdControl[] {
    return this.frames.filter(
      (frame): frame is BfdControl =>
        frame.kind === 'bfd' && frame.atUs >= sinceUs && this.#senderOf(frame) === host,
    );
  }

  /** Waits until a router has sent a BFD packet that says so since the phase began. */
  async bfd(router: Router, state: string, timeoutMs = 8_000): Promise<void> {
    const probe = () => this.bfdPackets(router.name).some((packet) => packet.state === state);
    await until(probe, timeoutMs, `${router.name} to say that its BFD session is ${state}`);
  }

  get phaseStartUs(): number {
    return (this.#phase?.startMs ?? 0) * US_PER_MS;
  }

  /** Announcements (GARP, NA) of a host since the phase began. */
  announcements(host: HostName): Frame[] {
    return this.frames.filter(
      (f) => f.atUs >= this.phaseStartUs && announcement(f) !== undefined && this.#senderOf(f) === host,
    );
  }

  #senderOf(frame: Frame): HostName | undefined {
    return this.#senders.of(frame, this.frames);
  }

  /** Waits until the daemon says it is master and has sent an advert in this phase. */
  async master(router: Router, timeoutMs = 8_000): Promise<void> {
    await this.state(router, 'MASTER', timeoutMs);
    await until(() => this.adverts(router.name).length > 0, timeoutMs, `an advert of ${router.name}`);
  }

  async state(router: Router, state: string, timeoutMs = 8_000): Promise<void> {
    await until(() => router.state() === state, timeoutMs, `${router.name} to be ${state}`);
  }

  /**
   * Waits until a router has sent `count` more adverts from now on: the measure of "some time has passed".
   */
  async moreAdverts(router: Router, count: number): Promise<void> {
    const since = Date.now() * US_PER_MS;
    const probe = () => this.adverts(router.name, since).length >= count;
    await until(probe, 20_000, `${count} adverts of ${router.name}`);
  }

  /**
   * Milliseconds from the last advert of one router to the first of another after it, by the kernel's time
   * stamps of the capture.
   */
  takeoverMs(from: Router, to: Router, sinceUs: number = this.phaseStartUs): number {
    const first = this.adverts(to.name, sinceUs)[0];
    const last = this.adverts(from.name, 0).filter((p) => first !== undefined && p.atUs < first.atUs);
    return ((first?.atUs ?? 0) - (last.at(-1)?.atUs ?? 0)) / US_PER_MS;
  }

  /** Milliseconds between consecutive adverts of a router since the phase began. */
  gapsMs(router: Router): number[] {
    const times = this.adverts(router.name).map((p) => p.atUs / US_PER_MS);
    return times.slice(1).map((time, i) => time - (times[i] ?? 0));
  }

  async finish(): Promise<Observation> {
    // Backups first: whether one still takes over while the master stops would depend on how long that takes.
    const masters = this.routers.filter((router) => router.isMaster());
    const others = this.routers.filter((router) => !router.isMaster());
    await Promise.all(others.map((router) => router.end()));
    for (const router of masters) await router.end();
    await this.#closePhase();
    return { phases: this.#phases, facts: this.#facts };
  }

  /**
   * Waits until nothing happens: no log line of a new kind, no announcement, no script starting or running. A
   * script that was forked but not yet executed has no name of its own, so the process tree is watched.
   */
  async #settle(): Promise<void> {
    let processes = '';
    let changedMs = Date.now();
    const quiet = () => {
      const now = this.routers.map((router) => router.processes().join(' ')).join('/');
      if (now !== processes) changedMs = Date.now();
      processes = now;
      const news = Math.max(changedMs, ...this.routers.map((router) => router.lastNewsMs()));
      const frame = this.frames.findLast((f) => announcement(f) !== undefined)?.atUs ?? 0;
      return Date.now() - Math.max(news, frame / US_PER_MS) > QUIET_MS;
    };
    // Adverts of a few milliseconds and track scripts can keep a router busy; the bound only ends the
    // waiting.
    await until(quiet, 1_500, 'quiet').catch(() => undefined);
    const scripts = `${this.lab.dir}/notify`;
    const running = () => this.routers.some((router) => anyCommandWith(router.processes(), scripts));
    await until(() => !running(), 5_000, 'notify scripts to end');
  }

  async #closePhase(): Promise<void> {
    const phase = this.#phase;
    if (phase === undefined) return;
    await this.#settle();
    const frames = this.frames.slice(this.#frameMark);
    this.#frameMark += frames.length;
    for (const router of this.routers) {
      for (const frame of frames) {
        const own = frame.kind === 'bfd' && this.#senderOf(frame) === router.name;
        if (own) this.#discriminators.note(router.name, frame);
      }
    }
    const views: { [name in RouterName]?: RouterView } = {};
    for (const router of this.routers) {
      const view = await this.#view(router, frames, phase);
      if (view !== undefined) views[router.name] = view;
    }
    this.#phases.push({ name: phase.name, ...views });
    this.#phase = undefined;
  }

  async #view(router: Router, frames: readonly Frame[], phase: Phase): Promise<RouterView | undefined> {
    const lines = router.takeLog();
    const calls = router.takeNotify();
    const notify = this.notifyInAnyOrder ? calls.sort() : calls;
    const wire = this.#story(router, frames, phase);
    const addresses = await addressesOf(this.lab.ns(router.name), router.ownAddresses);
    if (!router.used) return undefined;
    const outcome = { states: statesOf(lines), addresses, notify };
    if (phase.detail === 'outcome') return outcome;
    const log = tidyLog(lines, router.dir, router.speaksBfd);
    const full = { ...outcome, parent: log.parent, log: log.vrrp, wire };
    if (!router.speaksBfd) return full;
    return { ...full, bfd: { log: log.bfd, events: log.events, wire: this.#bfdStory(router, frames) } };
  }

  #bfdStory(router: Router, frames: readonly Frame[]): string[] {
    const own = frames.filter((frame) => frame.kind === 'bfd' && this.#senderOf(frame) === router.name);
    return bfdStory(router.name, own as BfdControl[], this.#discriminators, this.#bfdLast[router.name]);
  }

  /**
   * A master's adverts that merely go on from the phase before are left out: whether one was seen is chance.
   */
  #story(router: Router, frames: readonly Frame[], phase: Phase): string[] {
    if (!phase.masters.has(router.name)) this.#adverts[router.name].clear();
    return wireStory(
      frames.filter((frame) => this.#senderOf(frame) === router.name),
      this.#adverts[router.name],
    );
  }
}
