/**
 * The sync groups of a process. In: the groups of the configuration, events of instances. Out: steps of the
 * group that an instance belongs to. It only remembers; the decisions are those of `stepGroup`.
 */
import type { StateName } from './events.ts';
import type { step } from './router.ts';
import {
  INITIAL_GROUP,
  type Member,
  type SyncGroupConfig,
  type SyncGroupEvent,
  type SyncGroupState,
  type SyncGroupStep,
  stepGroup,
} from './sync-group.ts';

/** Lists of a group that name what it tracks. */
type TrackedList = 'trackInterfaces' | 'trackScripts' | 'trackFiles' | 'trackProcesses' | 'trackBfds';

interface Group {
  config: SyncGroupConfig;
  state: SyncGroupState;
}

export interface GroupStatus {
  readonly name: string;
  readonly state: StateName;
  readonly members: readonly string[];
}

export class GroupKeeper {
  readonly #groups = new Map<string, Group>();
  readonly #ofInstance = new Map<string, Group>();
  readonly #member: (name: string) => Member | undefined;
  readonly #step: typeof step;

  constructor(member: (name: string) => Member | undefined, stepMember: typeof step) {
    this.#member = member;
    this.#step = stepMember;
  }

  /** A group that keeps its name keeps its state, whoever its members are now. */
  configure(configs: readonly SyncGroupConfig[]): void {
    const before = new Map(this.#groups);
    this.#groups.clear();
    this.#ofInstance.clear();
    for (const config of configs) {
      const group = { config, state: before.get(config.name)?.state ?? INITIAL_GROUP };
      this.#groups.set(config.name, group);
      for (const member of config.members) this.#ofInstance.set(member, group);
    }
  }

  get names(): readonly string[] {
    return [...this.#groups.keys()];
  }

  groupOf(instance: string): string | undefined {
    return this.#ofInstance.get(instance)?.config.name;
  }

  membersOf(name: string): readonly string[] {
    return this.#groups.get(name)?.config.members ?? [];
  }

  /**
   * The instances that look at a tracked object, in the order in which 2.2.7 was seen telling them: those
   * that track it themselves, then the members of each group that does, in the order of the group.
   */
  inTurn(instances: readonly string[], list: TrackedList, object: string): string[] {
    const tracking = [...this.#groups.values()].filter(({ config }) => config[list]?.includes(object));
    if (tracking.length === 0) return [...instances];
    const known = new Set(instances);
    const last = new Set(tracking.flatMap(({ config }) => config.members.filter((name) => known.has(name))));
    return [...instances.filter((name) => !last.has(name)), ...last];
  }

  step(name: string, event: SyncGroupEvent): SyncGroupStep {
    const group = this.#groups.get(name);
    if (group === undefined) return { state: INITIAL_GROUP, members: new Map(), effects: [] };
    const result = stepGroup(group.config, group.state, this.#member, event, this.#step);
    group.state = result.state;
    return result;
  }

  /** Those that a predecessor ran as MASTER, without the members of groups that were not wholly MASTER. */
  adoptable(instances: ReadonlySet<string>): ReadonlySet<string> {
    const together = (name: string): boolean =>
      this.#ofInstance.get(name)?.config.members.every((member) => instances.has(member)) ?? true;
    return new Set([...instances].filter(together));
  }

  status(): GroupStatus[] {
    return [...this.#groups.values()].map(({ config, state }) => ({
      name: config.name,
      state: state.name,
      members: config.members,
    }));
  }
}
