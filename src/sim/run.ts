/**
 * Seeded histories of a cluster and the invariants they must keep. In: a seed. Out: the violations, each with
 * the bound of the protocol that was broken. A bound carries numbers: "eventually one master" would let a
 * timer a hundred times too long pass.
 */

import { type Us, us } from '../units.ts';
import {
  type Cluster,
  type ClusterOptions,
  type ClusterShape,
  createCluster,
  downTimeOf,
  LAN_DELAY,
  skewOf,
  slowestDownTime,
} from './cluster.ts';
import type { NodeObservation, SimNode } from './node.ts';

export interface Violation {
  readonly invariant: string;
  readonly detail: string;
}

export interface RunResult {
  readonly seed: number;
  readonly shape: ClusterShape;
  readonly history: readonly string[];
  readonly simulatedUs: number;
  readonly violations: readonly Violation[];
  /** What each node was seen doing. */
  readonly observed: readonly NodeObservation[];
}

/** More events than any healthy history of this length has: adverts answering adverts without end. */
const MAX_EVENTS = 40_000;

class Storm extends Error {}

const SLACK_US = LAN_DELAY.maxDelayUs * 3 + 200;

type Disturbance =
  | 'crash'
  | 'stop'
  | 'link'
  | 'pauseBackup'
  | 'pauseMaster'
  | 'removeVip'
  | 'partition'
  | 'loss'
  | 'oneLan'
  | 'twoLinks'
  | 'engine';

class Run {
  readonly cluster: Cluster;
  readonly violations: Violation[] = [];
  readonly history: string[] = [];
  #dualSinceUs: number | undefined;
  #events = 0;
  /** While the network or a process is being disturbed, two masters are the protocol's own answer. */
  #disturbed = false;

  constructor(seed: number, options: ClusterOptions) {
    this.cluster = createCluster(seed, options);
  }

  fail(invariant: string, detail: string): void {
    this.violations.push({ invariant, detail: `${detail} at ${this.cluster.world.nowUs} µs` });
  }

  alive(): SimNode[] {
    return this.cluster.nodes.filter((node) => node.process.alive);
  }

  masters(): SimNode[] {
    return this.alive().filter((node) => node.isAny('MASTER'));
  }

  priorityOf(node: SimNode): number {
    return this.cluster.shape.priorities[this.cluster.nodes.indexOf(node)] ?? 0;
  }

  /** Highest priority, then highest address, among the nodes that can run. */
  best(nodes: readonly SimNode[]): SimNode | undefined {
    return [...nodes].sort(
      (a, b) => this.priorityOf(b) - this.priorityOf(a) || b.name.localeCompare(a.name),
    )[0];
  }

  advance(durationUs: number): void {
    const { world } = this.cluster;
    world.run(us(world.nowUs + durationUs), () => this.#watch());
  }

  /**
   * Two masters at once end within one advert interval of the one that wins, once nothing disturbs them. In a
   * sync group it makes no difference whether they are masters of one virtual router or of two.
   */
  #watch(): void {
    this.#events += 1;
    if (this.#events > MAX_EVENTS * this.cluster.shape.members) throw new Storm();
    const dual = this.masters().length > 1 && !this.#disturbed;
    if (!dual) {
      this.#dualSinceUs = undefined;
      return;
    }
    this.#dualSinceUs ??= this.cluster.world.nowUs;
    const lastedUs = this.cluster.world.nowUs - this.#dualSinceUs;
    if (lastedUs > this.cluster.shape.advertIntervalUs + SLACK_US) {
      this.fail('no lasting dual master', `two masters for ${lastedUs} µs`);
      this.#dualSinceUs = undefined;
      this.#disturbed = true;
    }
  }

  start(): void {
    for (const node of this.cluster.nodes) {
      const at = us(this.cluster.random.int(0, this.cluster.shape.advertIntervalUs));
      this.cluster.world.at(at, () => node.start());
    }
    this.settle();
  }

  /** Long enough for every timer of a healthy cluster to have run out, then everything must be in place. */
  settle(): void {
    const { shape } = this.cluster;
    this.#disturbed = true;
    this.advance(slowestDownTime(shape) + 2 * shape.advertIntervalUs + SLACK_US);
    this.#disturbed = false;
    const before = this.#promotions();
    this.advance(slowestDownTime(shape) + SLACK_US);
    if (this.#promotions() !== before) this.fail('a quiet cluster promotes nobody', 'somebody took over');
    const masters = this.masters();
    if (masters.length !== 1) this.fail('exactly one master', `${masters.length} masters`);
    const [only] = masters;
    // A backup of the same priority stays one, whatever its address (RFC 9568 §6.4.2).
    const best = Math.max(...this.alive().map((node) => this.priorityOf(node)));
    if (shape.preempt && only !== undefined && this.priorityOf(only) !== best) {
      this.fail('the best one is master', `${only.name} is`);
    }
    for (const node of this.alive()) {
      const master = node.isAny('MASTER');
      if (!node.isAll(master ? 'MASTER' : 'BACKUP')) this.fail('a group has one state', node.showStates());
      const told = node.observed.groupNotified.at(-1);
      if (shape.members > 1 && told !== (master ? 'MASTER' : 'BACKUP')) {
        this.fail('scripts know the state of their group', `${node.name} was told ${told}`);
      }
      if (master && !node.hasVips()) this.fail('a master has its addresses', node.name);
      if (!master && node.hasAnyVip()) this.fail('only a master has addresses', node.name);
    }
  }

  #promotions(): number {
    return this.alive().reduce((sum, node) => sum + node.observed.promotions, 0);
  }

  disturb(kind: Disturbance): void {
    this.history.push(kind);
    const master = this.masters()[0];
    if (master === undefined) return;
    const before = new Map(this.cluster.nodes.map((node) => [node, node.observed.promotions]));
    switch (kind) {
      case 'crash':
        this.#lose(master, before, false);
        break;
      case 'stop':
        this.#lose(master, before, true);
        break;
      case 'link':
        this.#cutLink(master);
        break;
      case 'pauseBackup':
        this.#pauseBackup(master, before);
        break;
      case 'pauseMaster':
        this.#pauseMaster(master);
        break;
      case 'engine':
        this.advance(this.cluster.random.int(0, this.cluster.shape.advertIntervalUs));
        this.#keepsMaster(master, () => {
          master.loseEngine();
          this.advance(slowestDownTime(this.cluster.shape));
        });
        break;
      case 'removeVip':
        this.#removeVip(master);
        break;
      case 'partition':
      case 'loss':
        this.#breakNetwork(kind, master);
        break;
      case 'oneLan':
        this.#cutOneLan(master);
        break;
      case 'twoLinks':
        this.#cutTwoLinks(master);
        break;
    }
    this.settle();
  }

  /** A crash costs the master-down time of the best survivor, a goodbye only its skew; one promotion each. */
  #lose(master: SimNode, before: ReadonlyMap<SimNode, number>, gracefully: boolean): void {
    const { shape } = this.cluster;
    // Somewhere between two adverts, so that the bound is tested at every phase.
    this.advance(this.cluster.random.int(0, shape.advertIntervalUs));
    if (gracefully) master.stop();
    else master.crash();
    const last = master.observed.sent.at(-1);
    const survivors = this.alive();
    const best = this.best(survivors);
    if (best === undefined || last === undefined) return;
    if (gracefully && last.priority !== 0) this.fail('a clean stop says prio 0', master.name);
    const priority = this.priorityOf(best);
    const boundUs = gracefully ? skewOf(shape, priority) : downTimeOf(shape, priority);
    this.advance(last.atUs - this.cluster.world.nowUs + boundUs + SLACK_US);
    const firstUs = Math.min(...survivors.map((node) => firstAdvertAfter(node, last.atUs)));
    const tookUs = firstUs - last.atUs;
    if (tookUs > boundUs + LAN_DELAY.maxDelayUs) {
      this.fail('failover within the bound', `${tookUs} µs instead of ${boundUs}`);
    } else if (tookUs < boundUs) {
      this.fail('no failover before the bound', `${tookUs} µs instead of ${boundUs}`);
    }
    const promoted = survivors.filter((node) => node.observed.promotions > (before.get(node) ?? 0));
    // Timers closer together than the LAN's delay may both run out; the loser steps down at once.
    const runners = survivors.filter((node) => this.#timerOf(node, gracefully) <= boundUs + SLACK_US);
    const right = promoted.some((node) => this.#timerOf(node, gracefully) <= boundUs + LAN_DELAY.maxDelayUs);
    if (promoted.length > runners.length || !right) {
      this.fail('one promotion', promoted.map((node) => node.name).join(' and ') || 'nobody');
    }
  }

  #timerOf(node: SimNode, gracefully: boolean): Us {
    const priority = this.priorityOf(node);
    return gracefully ? skewOf(this.cluster.shape, priority) : downTimeOf(this.cluster.shape, priority);
  }

  #cutLink(master: SimNode): void {
    const { shape, random } = this.cluster;
    const number = random.int(0, shape.members - 1);
    this.#disturbed = true;
    master.setLink(number, false);
    this.advance(slowestDownTime(shape) + SLACK_US);
    if (!master.isAll('FAULT')) this.fail('link down is a fault', master.showStates());
    if (master.hasAnyVip()) this.fail('only a master has addresses', `${master.name} in FAULT`);
    const others = this.alive().some((node) => node !== master);
    if (others && this.masters().length !== 1)
      this.fail('one lost link moves everything', 'nobody took over');
    master.setLink(number, true);
    this.advance(shape.advertIntervalUs);
    if (master.isAny('FAULT')) this.fail('faults are facts', 'link up and still in FAULT');
  }

  /** A member in FAULT keeps the others there, whatever the order in which faults come and go. */
  #cutTwoLinks(master: SimNode): void {
    const { shape, random } = this.cluster;
    if (shape.members < 2) return;
    this.#disturbed = true;
    const order = random.chance(0.5) ? [0, 1] : [1, 0];
    for (const number of order) {
      master.setLink(number, false);
      this.advance(random.int(0, 2) * shape.advertIntervalUs + SLACK_US);
    }
    const [first = 0, second = 1] = random.chance(0.5) ? order : [...order].reverse();
    master.setLink(first, true);
    this.advance(slowestDownTime(shape) + SLACK_US);
    if (!master.isAll('FAULT')) this.fail('one fault holds all', master.showStates());
    master.setLink(second, true);
    this.advance(shape.advertIntervalUs);
    if (master.isAny('FAULT')) this.fail('faults are facts', 'links up and still in FAULT');
  }

  /**
   * While one member of a group hears its master, the others wait for it; a second LAN that falls silent when
   * the first is back is no other case, because then the first member hears its master again.
   */
  #cutOneLan(master: SimNode): void {
    const { lans, random, shape } = this.cluster;
    if (shape.members < 2) return;
    this.#disturbed = true;
    const before = this.#promotions();
    const first = random.int(0, lans.length - 1);
    for (const lan of [lans[first], lans[(first + 1) % lans.length]]) {
      for (const a of this.alive()) {
        for (const b of this.alive()) if (a !== b) lan?.setCut(a.name, b.name, true);
      }
      this.advance(slowestDownTime(shape) + random.int(1, 8) * shape.advertIntervalUs);
      lan?.heal();
      this.advance(2 * shape.advertIntervalUs);
    }
    if (this.#promotions() !== before || !master.isAll('MASTER')) {
      const names = this.masters().map((node) => node.name);
      this.fail('a group waits for all of its members', names.join());
    }
  }

  /** A backup that was asleep reads what its master sent before it believes its own timer. */
  #pauseBackup(master: SimNode, before: ReadonlyMap<SimNode, number>): void {
    const backup = this.alive().find((node) => node !== master);
    if (backup === undefined) return;
    backup.process.pause();
    this.advance(this.cluster.random.int(2, 8) * this.cluster.shape.advertIntervalUs);
    backup.process.resume();
    this.advance(this.cluster.shape.advertIntervalUs);
    if (backup.observed.promotions > (before.get(backup) ?? 0)) {
      this.fail('a late backup drains first', backup.name);
    }
  }

  #pauseMaster(master: SimNode): void {
    const { random, shape } = this.cluster;
    const paused = (): void => {
      master.process.pause();
      this.advance(random.int(1, 6) * shape.advertIntervalUs);
      master.process.resume();
    };
    if (master.engine !== undefined) this.#keepsMaster(master, paused);
    else {
      this.#disturbed = true;
      paused();
    }
  }

  /** What happens to a process does not show on the network while its rules are carried out. */
  #keepsMaster(master: SimNode, happens: () => void): void {
    const before = this.#promotions();
    happens();
    if (this.#promotions() !== before || !master.isAll('MASTER')) {
      this.fail(
        'an engine keeps its master',
        this.masters()
          .map((node) => node.name)
          .join(),
      );
    }
  }

  #removeVip(master: SimNode): void {
    const { shape } = this.cluster;
    this.#disturbed = true;
    master.removeVip();
    this.advance(skewOf(shape, Math.min(...shape.priorities)) + shape.advertIntervalUs + 5 * SLACK_US);
    const zero = master.observed.sent.some((advert) => advert.priority === 0);
    if (!zero) this.fail('a lost address says prio 0', master.name);
  }

  #breakNetwork(kind: 'partition' | 'loss', master: SimNode): void {
    const { lans, random, shape } = this.cluster;
    this.#disturbed = true;
    for (const lan of lans) {
      if (kind === 'loss') lan.lossRate = 0.4;
      else {
        for (const node of this.alive()) {
          if (node === master) continue;
          lan.setCut(master.name, node.name, true);
          if (random.chance(0.6)) lan.setCut(node.name, master.name, true);
        }
      }
    }
    this.advance(slowestDownTime(shape) + random.int(1, 5) * shape.advertIntervalUs);
    for (const lan of lans) lan.heal();
  }
}

function firstAdvertAfter(node: SimNode, atUs: number): number {
  return node.observed.sent.find((advert) => advert.atUs > atUs)?.atUs ?? Number.POSITIVE_INFINITY;
}

const ALWAYS: readonly Disturbance[] = [
  'link',
  'pauseBackup',
  'pauseMaster',
  'removeVip',
  'partition',
  'loss',
  'oneLan',
  'twoLinks',
];

function play(run: Run, { calm, engine }: ClusterOptions): void {
  run.start();
  const { random } = run.cluster;
  const usual = calm === true ? ALWAYS.filter((kind) => kind !== 'pauseMaster') : ALWAYS;
  const kinds: readonly Disturbance[] = engine === true && calm !== true ? [...usual, 'engine'] : usual;
  for (let i = random.int(1, 4); i > 0; i--) run.disturb(random.pick(kinds));
  for (let left = run.alive().length; left > 1; left--) run.disturb(random.pick(['crash', 'stop'] as const));
}

/** Plays one history. */
export function runSeed(seed: number, options: ClusterOptions = {}): RunResult {
  const run = new Run(seed, options);
  try {
    play(run, options);
  } catch (error) {
    if (!(error instanceof Storm)) throw error;
    run.fail('no storm', 'adverts answer adverts without end');
  }
  return {
    seed,
    shape: run.cluster.shape,
    history: run.history,
    simulatedUs: run.cluster.world.nowUs,
    violations: run.violations,
    observed: run.cluster.nodes.map(({ observed }) => observed),
  };
}
