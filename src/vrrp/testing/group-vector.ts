/**
 * Vectors of a sync group: as those of the router (vector.ts), with the member that an event or effect is
 * about in front. `given` is a history that is not looked at again: every member started, or made MASTER too.
 */
import { type Us, us } from '../../units.ts';
import type { InstanceConfig } from '../config.ts';
import { START_STAGES, type StateName } from '../events.ts';
import { initialState, type RouterState } from '../state.ts';
import {
  INITIAL_GROUP,
  type Member,
  type SyncGroupConfig,
  type SyncGroupEvent,
  type SyncGroupState,
  stepGroup,
} from '../sync-group.ts';
import { address } from './config.ts';
import { configOf, eventOf, showEffect, type VectorConfig, type VectorEvent } from './vector.ts';

export interface GroupVectorStep {
  readonly atUs: number;
  /** Absent for an event of the group itself. */
  readonly member?: string;
  readonly event:
    | VectorEvent
    /** Without a member: the process starts all of its instances, stage by stage. */
    | { readonly event: 'start' }
    | { readonly event: 'regroup'; readonly fresh: boolean }
    | { readonly event: 'stop' };
  readonly effects: readonly string[];
  /** `ONE MASTER, TWO MASTER, group MASTER`. */
  readonly states: string;
}

export interface GroupVector {
  readonly about: readonly string[];
  readonly members: Readonly<Record<string, VectorConfig>>;
  readonly given?: 'started' | 'master';
  /** Members that are only in the group from the first `regroup` on. */
  readonly later?: readonly string[];
  readonly steps: readonly GroupVectorStep[];
}

const SOURCE = '10.0.0.1';

type Names = readonly string[];

/** A group and its members, fed by a test. */
export class GroupBench {
  readonly group: { members: readonly string[] } & SyncGroupConfig;
  state: SyncGroupState = INITIAL_GROUP;
  readonly members = new Map<string, { config: InstanceConfig; state: RouterState }>();

  constructor(members: Names, configs: ReadonlyMap<string, InstanceConfig>) {
    this.group = { name: 'G', members, trackInterfaces: [], trackScripts: [] };
    for (const [name, config] of configs) this.members.set(name, { config, state: initialState(config) });
  }

  feed(event: SyncGroupEvent): string[] {
    const member = (name: string): Member | undefined => this.members.get(name);
    const result = stepGroup(this.group, this.state, member, event);
    this.state = result.state;
    for (const [name, state] of result.members) {
      const known = this.members.get(name);
      if (known !== undefined) known.state = state;
    }
    const nowUs = event.event === 'member' ? event.of.nowUs : event.nowUs;
    return result.effects.map((effect) => {
      if (effect.effect === 'member') return `${effect.member}: ${showEffect(effect.of, nowUs)}`;
      if (effect.effect === 'log') return ['group: log', effect.id, ...effect.args].join(' ');
      return `group: notify ${effect.state}`;
    });
  }

  healthy(): void {
    const conditions = { faults: [], waiting: false, priorityDelta: 0, sourceAddress: address(SOURCE) };
    for (const member of this.group.members) {
      this.feed({ event: 'member', member, of: { event: 'conditions', conditions, nowUs: us(0) } });
    }
  }

  /** As a process starts its instances. */
  start(nowUs: Us): string[] {
    return START_STAGES.flatMap((stage) => [
      ...this.group.members.flatMap((member) =>
        this.feed({ event: 'member', member, of: { event: 'start', stage, adopt: false, nowUs } }),
      ),
      ...this.feed({ event: 'started', stage, nowUs }),
    ]);
  }

  /** Every timer runs out at time 0. */
  promote(): void {
    const nowUs = us(0);
    for (const member of this.group.members) {
      this.feed({ event: 'member', member, of: { event: 'masterDown', dueAtUs: nowUs, nowUs } });
    }
  }

  states(): string {
    const each = [...this.members].map(([name, { state }]): [string, StateName] => [name, state.name]);
    return [...each, ['group', this.state.name]].map((pair) => pair.join(' ')).join(', ');
  }
}

export function benchOf(vector: GroupVector): GroupBench {
  const names = Object.keys(vector.members);
  const configs = names.map((name, at) => {
    const config = { ...configOf(vector.members[name] ?? {}), name, vrid: 51 + at };
    return [name, config] as const;
  });
  const first = names.filter((name) => !vector.later?.includes(name));
  const bench = new GroupBench(first, new Map(configs));
  if (vector.given !== undefined) {
    bench.healthy();
    bench.start(us(0));
  }
  if (vector.given === 'master') bench.promote();
  return bench;
}

/** The effects of one step. A `regroup` also takes in the members that were to come later. */
export function playStep(bench: GroupBench, step: GroupVectorStep): string[] {
  const nowUs = us(step.atUs);
  const { event, member } = step;
  if (member === undefined) {
    if (event.event === 'regroup') bench.group.members = [...bench.members.keys()];
    if (event.event === 'start') return bench.start(nowUs);
    if (event.event === 'regroup') return bench.feed({ event: 'regroup', fresh: event.fresh, nowUs });
    if (event.event === 'stop') return bench.feed({ event: 'stop', nowUs });
    throw new Error(`${event.event} needs a member`);
  }
  const known = bench.members.get(member);
  if (known === undefined || event.event === 'regroup') {
    throw new Error(`${event.event} is not for member ${member}`);
  }
  const of = eventOf(known.config, { atUs: step.atUs, event: event as VectorEvent });
  return bench.feed({ event: 'member', member, of });
}
