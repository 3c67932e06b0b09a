/**
 * A sync group: virtual routers that change state together. In: the group, its state, its members and an
 * event of one of them. Out: the next states of all, and the effects of all in order. Around the steps of its
 * members the group decides three things: a member whose timer ran out waits until the others are as far,
 * one in FAULT stays there while any has a cause, and where one goes the others follow. Order and silences
 * are those of keepalived 2.2.7 (fixtures/upstream/NOTES.md).
 */
import type { Us } from '../units.ts';
import { assertNever } from '../units.ts';
import type { InstanceConfig } from './config.ts';
import type {
  GroupAtStart,
  NotifyState,
  RouterEffect,
  RouterEvent,
  StartStage,
  StateName,
} from './events.ts';
import { step } from './router.ts';
import type { RouterState } from './state.ts';

export interface SyncGroupConfig {
  readonly name: string;
  /** Names of instances, in the order in which they follow. */
  readonly members: readonly string[];
  /** What the group itself tracks; the members' configurations have it too. */
  readonly trackInterfaces: readonly string[];
  readonly trackScripts: readonly string[];
  /** Absent = none. */
  readonly trackFiles?: readonly string[];
  readonly trackProcesses?: readonly string[];
  readonly trackBfds?: readonly string[];
}

export interface SyncGroupState {
  /** INIT until the members have agreed for the first time. */
  readonly name: StateName;
  /** The group is BACKUP because of a lost address, which is not told unless somebody else becomes master. */
  readonly untold: boolean;
  /** What the members found when the process started them, so that not each of them has to ask all others. */
  readonly atStart?: GroupAtStart;
}

export const INITIAL_GROUP: SyncGroupState = { name: 'INIT', untold: false };

export interface Member {
  readonly config: InstanceConfig;
  readonly state: RouterState;
}

export type SyncGroupEvent =
  | { readonly event: 'member'; readonly member: string; readonly of: RouterEvent }
  /** All instances of the process have gone through this stage of their start. */
  | { readonly event: 'started'; readonly stage: StartStage; readonly nowUs: Us }
  /** A reload is over, which may have changed who the members are; `fresh`: it started some of them. */
  | { readonly event: 'regroup'; readonly fresh: boolean; readonly nowUs: Us }
  /** All instances have been stopped. */
  | { readonly event: 'stop'; readonly nowUs: Us };

export type SyncGroupEffect =
  | { readonly effect: 'member'; readonly member: string; readonly of: RouterEffect }
  | { readonly effect: 'log'; readonly id: string; readonly args: readonly (string | number)[] }
  | { readonly effect: 'notify'; readonly state: NotifyState };

export interface SyncGroupStep {
  readonly state: SyncGroupState;
  /** The members whose state was replaced. */
  readonly members: ReadonlyMap<string, RouterState>;
  readonly effects: readonly SyncGroupEffect[];
}

type Shared = 'MASTER' | 'BACKUP' | 'FAULT';

export function stepGroup(
  group: SyncGroupConfig,
  state: SyncGroupState,
  member: (name: string) => Member | undefined,
  event: SyncGroupEvent,
  stepMember: typeof step = step,
): SyncGroupStep {
  const draft = new GroupDraft(group, state, member, stepMember);
  switch (event.event) {
    case 'member':
      memberEvent(draft, event.member, event.of);
      break;
    case 'started':
      started(draft, event.stage);
      break;
    case 'regroup':
      regroup(draft, event.fresh, event.nowUs);
      break;
    case 'stop':
      draft.become('STOP');
      break;
    default:
      assertNever(event);
  }
  return { state: draft.state, members: draft.changed, effects: draft.effects };
}

/** A step of the group under construction. */
class GroupDraft {
  readonly group: SyncGroupConfig;
  state: SyncGroupState;
  readonly changed = new Map<string, RouterState>();
  readonly effects: SyncGroupEffect[] = [];
  readonly #member: (name: string) => Member | undefined;
  readonly #step: typeof step;

  constructor(
    group: SyncGroupConfig,
    state: SyncGroupState,
    member: (name: string) => Member | undefined,
    stepMember: typeof step,
  ) {
    this.group = group;
    this.state = state;
    this.#member = member;
    this.#step = stepMember;
  }

  /** The member as this step has left it so far. */
  get(name: string): Member | undefined {
    const member = this.#member(name);
    const state = this.changed.get(name);
    return member === undefined || state === undefined ? member : { config: member.config, state };
  }

  all(except?: string): Member[] {
    return this.group.members.flatMap((name) => (name === except ? [] : (this.get(name) ?? [])));
  }

  /**
   * Whether it is true of any other member. Events come to the members in about the order of the group, so
   * whoever is not as far yet is found soonest from the end: a large group is not searched for every event.
   */
  someOther(name: string, test: (member: Member) => boolean): boolean {
    const { members } = this.group;
    for (let at = members.length - 1; at >= 0; at--) {
      const other = members[at];
      if (other === undefined || other === name) continue;
      const member = this.get(other);
      if (member !== undefined && test(member)) return true;
    }
    return false;
  }

  run(name: string, event: RouterEvent): void {
    const member = this.get(name);
    if (member === undefined) return;
    const { state, effects } = this.#step(member.config, member.state, event);
    this.changed.set(name, state);
    for (const of of effects) this.effects.push({ effect: 'member', member: name, of });
  }

  log(id: string, ...args: readonly (string | number)[]): void {
    this.effects.push({ effect: 'log', id, args: [this.group.name, ...args] });
  }

  /** Takes those of the others that are in one of the states `from` along. */
  sync(to: Shared, from: readonly StateName[], nowUs: Us, except?: string): void {
    this.log('group-syncing', to);
    this.follow(to, from, nowUs, false, except);
    this.become(to);
  }

  follow(to: Shared, from: readonly StateName[], nowUs: Us, addressLost: boolean, except?: string): void {
    for (const { config, state } of this.all(except)) {
      if (from.includes(state.name)) this.run(config.name, { event: 'sync', to, addressLost, nowUs });
    }
  }

  become(name: Shared | 'STOP'): void {
    const { state } = this;
    if (state.name === name && !state.untold) return;
    this.state = { ...state, name, untold: false };
    this.effects.push({ effect: 'notify', state: name });
  }
}

const hasFault = ({ state }: Member): boolean => state.conditions.faults.length > 0;
const waits = ({ state }: Member): boolean => state.conditions.waiting;
const is =
  (name: StateName) =>
  ({ state }: Member): boolean =>
    state.name === name;
const isMaster = is('MASTER');
const isOwner = ({ config }: Member): boolean => config.initialMaster && config.basePriority === 255;

/** Nothing but the rest of its group keeps such a member from being MASTER. */
const isReady = ({ state }: Member): boolean =>
  state.name === 'MASTER' || (state.name === 'BACKUP' && state.wantsMaster);

/** A BACKUP that knows somebody else as master. */
const followsMaster = ({ state }: Member): boolean =>
  state.name === 'BACKUP' && !state.wantsMaster && state.master !== undefined;

function memberEvent(draft: GroupDraft, name: string, event: RouterEvent): void {
  const before = draft.get(name)?.state;
  if (before === undefined) return;
  draft.run(name, withGroup(draft, name, before, event));
  const after = draft.get(name)?.state;
  // A start or a stop concerns all members in turn, and what the group makes of it follows as its own event.
  if (after === undefined || event.event === 'start' || event.event === 'stop') return;
  if (before.name !== after.name) transition(draft, name, before.name, after.name, event);
  else if (after.name === 'BACKUP' && after.master !== before.master && after.master !== undefined) {
    heardMaster(draft, name, event.nowUs);
  }
}

/** The event as the member may take it while the others are as they are. */
function withGroup(draft: GroupDraft, name: string, state: RouterState, event: RouterEvent): RouterEvent {
  switch (event.event) {
    case 'masterDown': {
      const { nowUs } = event;
      if (state.name !== 'BACKUP' || !draft.someOther(name, (other) => !isReady(other))) return event;
      return { event: 'masterDownHeld', nowUs };
    }
    case 'conditions': {
      const { faults, waiting } = event.conditions;
      const leaves = state.name === 'FAULT' || (state.name === 'INIT' && state.started);
      if (!leaves || faults.length > 0 || waiting) return event;
      return { ...event, held: draft.someOther(name, (other) => hasFault(other) || waits(other)) };
    }
    case 'start':
      return { ...event, group: (event.stage && draft.state.atStart) ?? atStart(draft.all()) };
    default:
      return event;
  }
}

const atStart = (members: readonly Member[]): GroupAtStart => ({
  faulty: members.some(hasFault),
  waits: members.some(waits),
  ownersOnly: members.every(isOwner),
});

function transition(
  draft: GroupDraft,
  name: string,
  from: StateName,
  to: StateName,
  event: RouterEvent,
): void {
  const { nowUs } = event;
  if (to === 'MASTER') {
    // Owners that do not wait at start do not wait for each other either (seen with 2.2.7).
    if (from !== 'INIT') draft.sync('MASTER', ['BACKUP'], nowUs, name);
    else if (!draft.someOther(name, (other) => !isMaster(other))) draft.become('MASTER');
  } else if (to === 'FAULT') {
    draft.sync('FAULT', ['INIT', 'BACKUP', 'MASTER'], nowUs, name);
  } else if (to === 'BACKUP' && (event.event === 'addressLost' || event.event === 'routeLost')) {
    // 2.2.7 restores a lost address by an election of the whole group and says nothing of the group.
    draft.follow('BACKUP', ['MASTER'], nowUs, true, name);
    draft.state = { name: 'BACKUP', untold: true };
  } else if (to === 'BACKUP') {
    draft.sync('BACKUP', from === 'MASTER' ? ['MASTER'] : ['FAULT', 'INIT'], nowUs, name);
  }
}

/** A member accepted a master elsewhere. After a reload the others may be MASTER here: they give way. */
function heardMaster(draft: GroupDraft, name: string, nowUs: Us): void {
  if (draft.state.untold) draft.become('BACKUP');
  if (draft.state.name === 'BACKUP') return;
  if (draft.someOther(name, isMaster)) draft.sync('BACKUP', ['MASTER'], nowUs, name);
}

function started(draft: GroupDraft, stage: StartStage): void {
  const members = draft.all();
  if (stage === 'causes') {
    draft.state = { ...draft.state, atStart: atStart(members) };
    const cause = members.find(hasFault);
    const silent = members.every(({ state }) =>
      state.conditions.faults.every(({ kind }) => kind === 'script'),
    );
    if (cause !== undefined && !silent) draft.log('group-fault-at-start', cause.config.name);
  } else if (stage === 'faults') {
    if (members.some(is('FAULT'))) draft.become('FAULT');
    else if (members.every(isMaster)) draft.become('MASTER');
    else if (!members.some(waits) && !members.every(isOwner)) draft.become('BACKUP');
  } else if (stage === 'begin') {
    const { name, untold } = draft.state;
    draft.state = { name, untold };
  }
}

/** After a reload: members that agree are left alone; for the others the facts decide, worst first. */
function regroup(draft: GroupDraft, fresh: boolean, nowUs: Us): void {
  const members = draft.all();
  const running: readonly StateName[] = ['INIT', 'BACKUP', 'MASTER'];
  if (members.some(hasFault)) {
    if (members.some(({ state }) => running.includes(state.name))) draft.sync('FAULT', running, nowUs);
    else settle(draft, 'FAULT', fresh);
  } else if (members.some(isMaster)) {
    if (members.some(followsMaster)) draft.sync('BACKUP', ['MASTER'], nowUs);
    else if (members.every(isMaster)) settle(draft, 'MASTER', fresh);
    // Undecided: a member that is BACKUP may follow, or find another master.
    else if (draft.state.name !== 'MASTER') draft.state = INITIAL_GROUP;
  } else if (!members.some(waits) && !members.every(isOwner)) {
    if (members.some(is('FAULT')) || members.some(is('INIT'))) draft.sync('BACKUP', ['FAULT', 'INIT'], nowUs);
    else settle(draft, 'BACKUP', fresh);
  }
}

/** A group that is made of members which are all in one state already has nothing to tell. */
function settle(draft: GroupDraft, name: Shared, fresh: boolean): void {
  if (fresh) draft.become(name);
  else draft.state = { name, untold: false };
}
