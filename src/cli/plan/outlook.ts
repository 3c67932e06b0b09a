/**
 * What becomes of the state of virtual routers in a reload, alone and with their sync groups. In: both models
 * and the situation. Out: one sentence for each instance whose state has a reason to change. Pure; the rules
 * of groups are those of `regroup` in src/vrrp/sync-group.ts.
 */

import type { GroupModel, InstanceModel, Model } from '../../../grammar/model.ts';
import { instanceConfig } from '../../proc/setup.ts';
import { sameRouter } from '../../vrrp/configure.ts';

/** What is known of the machine and the daemon that runs. */
export interface Situation {
  /** Undefined = nobody knows. */
  readonly isMaster: (instance: InstanceModel) => boolean | undefined;
  /** Why an interface keeps an instance in FAULT; undefined = it does not. */
  readonly linkProblem: (interfaceName: string) => string | undefined;
}

/** `fresh`: it begins with this reload. `mayLose`: it is MASTER and gives others a reason to take over. */
type Outcome = 'fresh' | 'mayLose' | 'stays';

interface Outlook {
  readonly instance: InstanceModel;
  readonly outcome: Outcome;
  readonly master: boolean | undefined;
  /** Of its own, before and after. */
  readonly was: readonly string[];
  readonly problems: readonly string[];
  readonly effect?: string;
}

/** The sync groups of a configuration by the names of their members. */
type GroupOf = ReadonlyMap<string, GroupModel>;

const OWNER = 255;

export class Outlooks {
  readonly #old: ReadonlyMap<string, InstanceModel>;
  readonly #groupBefore: GroupOf;
  readonly #groupAfter: GroupOf;
  readonly #situation: Situation;
  readonly #all = new Map<string, Outlook>();
  /** Instances that their group of before keeps in FAULT. */
  readonly #wereHeld: ReadonlySet<string>;
  /** What groups have to add, by instance. */
  readonly #grouped = new Map<string, string>();

  constructor(before: Model, after: Model, situation: Situation) {
    this.#old = new Map(before.instances.map((one) => [one.name, one]));
    this.#groupBefore = groupsOf(before);
    this.#groupAfter = groupsOf(after);
    this.#situation = situation;
    this.#wereHeld = this.#heldIn(before);
    for (const one of after.instances) this.#all.set(one.name, this.#outlook(this.#old.get(one.name), one));
    for (const group of after.groups) this.#group(group);
  }

  /** Undefined = its state has no reason to change. */
  effect(name: string): string | undefined {
    return this.#grouped.get(name) ?? this.#all.get(name)?.effect;
  }

  /** The reload makes it another virtual router: if there was one before, that leaves. */
  beginsAnew(name: string): boolean {
    return this.#all.get(name)?.outcome === 'fresh';
  }

  #replaces(was: InstanceModel, one: InstanceModel): boolean {
    const [from, to] = [this.#groupBefore.get(one.name), this.#groupAfter.get(one.name)];
    return !sameRouter(instanceConfig(was, from), instanceConfig(one, to));
  }

  leaving(one: InstanceModel): string {
    return this.#situation.isMaster(one)
      ? 'it is MASTER: it gives up its addresses, and a backup takes over'
      : 'it leaves';
  }

  #outlook(was: InstanceModel | undefined, instance: InstanceModel): Outlook {
    const problems = this.#problems(instance, this.#groupAfter);
    if (was === undefined || this.#replaces(was, instance)) {
      const gives = was !== undefined && this.#situation.isMaster(was);
      const effect = `${gives ? 'it is MASTER: it gives up its addresses, and ' : ''}${startEffect(instance, problems)}`;
      return { instance, outcome: 'fresh', master: false, was: [], problems, effect };
    }
    const before = this.#problems(was, this.#groupBefore);
    const master = this.#situation.isMaster(was);
    const [effect, outcome] = keptEffect(was, instance, before, problems, master);
    return {
      instance,
      outcome,
      master,
      was: before,
      problems,
      ...(effect === undefined ? {} : { effect }),
    };
  }

  /** Interfaces without which it cannot serve, and what is wrong with them. */
  #problems({ name, values, trackInterfaces }: InstanceModel, groups: GroupOf): string[] {
    const own = values.dont_track_primary ? [] : [values.interface];
    const tracks = [...trackInterfaces, ...(groups.get(name)?.trackInterfaces ?? [])];
    const tracked = tracks.filter(({ weight }) => weight === 0).map((one) => one.name);
    return [...new Set([...own, ...tracked])].flatMap((link) => {
      const problem = link === '' ? undefined : this.#situation.linkProblem(link);
      return problem === undefined ? [] : [`${link} ${problem}`];
    });
  }

  #heldIn({ groups }: Model): ReadonlySet<string> {
    const isFaulty = (name: string): boolean => {
      const instance = this.#old.get(name);
      return instance !== undefined && this.#problems(instance, this.#groupBefore).length > 0;
    };
    return new Set(groups.flatMap(({ members }) => (members.some(isFaulty) ? members : [])));
  }

  #group({ name, members }: GroupModel): void {
    const all = members.flatMap((member) => this.#all.get(member) ?? []);
    const faulty = all.find(({ problems }) => problems.length > 0);
    if (faulty !== undefined) this.#heldBy(name, faulty, all);
    else {
      this.#released(name, all);
      this.#together(name, all);
    }
  }

  #heldBy(group: string, faulty: Outlook, all: readonly Outlook[]): void {
    for (const { instance, outcome, problems } of all) {
      if (problems.length > 0) continue;
      if (outcome !== 'fresh' && this.#wereHeld.has(instance.name)) continue;
      const [problem = ''] = faulty.problems;
      const verb = outcome === 'fresh' ? 'starts in' : 'goes to';
      this.#grouped.set(
        instance.name,
        `${verb} FAULT with its sync group ${group}: ${faulty.instance.name} has ${problem.replace(' ', ', which ')}`,
      );
    }
  }

  #released(group: string, all: readonly Outlook[]): void {
    for (const { instance, outcome, was, effect } of all) {
      if (outcome === 'fresh' || was.length > 0 || effect !== undefined) continue;
      if (!this.#wereHeld.has(instance.name)) continue;
      this.#grouped.set(instance.name, `leaves FAULT: nothing keeps its sync group ${group} there any more`);
    }
  }

  /** Nothing keeps the group in FAULT: its members go where one of them goes. */
  #together(group: string, all: readonly Outlook[]): void {
    const master = all.find((one) => one.master === true);
    if (master === undefined) return;
    const backup = all.find((one) => one.master === false && one.outcome !== 'fresh');
    const loser = all.find(({ outcome }) => outcome === 'mayLose');
    for (const one of all) {
      const { name } = one.instance;
      if (one.master === true && backup !== undefined) {
        const with_ = `${backup.instance.name} of its sync group ${group} is BACKUP`;
        this.#grouped.set(name, `it is MASTER: it goes to BACKUP, as ${with_}`);
      } else if (one.master === true && one.effect === undefined && loser !== undefined) {
        this.#grouped.set(
          name,
          `it is MASTER: it goes where ${loser.instance.name} of its sync group ${group} goes`,
        );
      } else if (one.outcome === 'fresh' && backup === undefined) {
        const follows = `follows its sync group ${group} to MASTER where nobody else is`;
        this.#grouped.set(name, `${one.effect ?? ''}, and ${follows}`);
      }
    }
  }
}

function groupsOf({ groups }: Model): GroupOf {
  // The first group that lists an instance has it.
  return new Map(groups.toReversed().flatMap((group) => group.members.map((member) => [member, group])));
}

function startEffect(one: InstanceModel, [problem]: readonly string[]): string {
  if (problem !== undefined) return `starts in FAULT: ${problem}`;
  return one.values.priority === OWNER ? 'starts as MASTER' : 'starts as BACKUP';
}

function keptEffect(
  was: InstanceModel,
  one: InstanceModel,
  before: readonly string[],
  problems: readonly string[],
  master: boolean | undefined,
): [string | undefined, Outcome] {
  const problem = problems.find((text) => !before.includes(text));
  if (problem !== undefined) return [`goes to FAULT: ${problem}`, 'stays'];
  if (before.length > 0 && problems.length === 0) return ['leaves FAULT', 'stays'];
  const [from, to] = [was.values.priority, one.values.priority];
  if (master === true && to < from) {
    return ['it is MASTER: a backup of a higher priority that preempts takes over', 'mayLose'];
  }
  if (master === false && to > from && one.values.preempt) {
    return ['it takes over where its priority is the highest now', 'stays'];
  }
  return [undefined, 'stays'];
}
