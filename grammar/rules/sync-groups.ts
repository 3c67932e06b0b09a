/** Sync groups find their members after everything has been read, so the order of blocks does not matter. */
import type { GroupDraft, InstanceDraft, Session } from '../drafts.ts';
import type { InstanceRule, SessionRule } from './rule.ts';
import { say } from './rule.ts';

export const groupMembers: SessionRule = {
  name: 'group-members',
  check: (session) => {
    const kept = session.groups.filter((group) => fill(group, session));
    session.groups.splice(0, session.groups.length, ...kept);
    return undefined;
  },
};

/** False = the group goes. */
function fill(group: GroupDraft, session: Session): boolean {
  const { name } = group;
  if (!group.members || group.members.length === 0) {
    session.report(`Sync group ${name} has no virtual router(s). removing`);
    return false;
  }
  for (const member of group.members) {
    const instance = session.instanceByName.get(member);
    if (!instance) {
      session.report(`Virtual router ${member} specified in sync group ${name} doesn't exist - ignoring`);
    } else if (instance.group) {
      session.report(`Virtual router ${member} cannot exist in more than one sync group; ignoring ${name}`);
    } else {
      instance.group = group;
      group.instances.push(instance);
    }
  }
  if (group.instances.length === 0) {
    session.report(`Sync group ${name}, no matching virtual router found in group declaration - removing`);
    return false;
  }
  if (group.instances.length === 1) {
    session.report(`Sync group ${name} has only 1 virtual router(s) - this probably isn't what you want`);
  }
  return true;
}

const weighs = (group: GroupDraft): boolean =>
  Boolean(group.values.sync_group_tracking_weight ?? group.values.global_tracking ?? false);

/** Members change state together, so a weight that moves the priority of one of them has no meaning. */
export const noWeightsInGroups: InstanceRule = {
  name: 'no-weights-in-groups',
  check: (instance: InstanceDraft, session) => {
    const { group } = instance;
    if (!group || weighs(group)) return undefined;
    for (const track of instance.trackInterfaces) {
      if (track.weight === 0) continue;
      say(instance, session, `ignoring ${track.name} tracked interface weight due to SYNC group`);
      track.weight = 0;
    }
    const kept = instance.trackScripts.filter((track) => {
      if (track.weight === 0 || session.scriptByName.get(track.name)?.removed) return true;
      say(instance, session, `ignoring tracked script ${track.name} with weights due to SYNC group`);
      return false;
    });
    instance.trackScripts.splice(0, instance.trackScripts.length, ...kept);
    return undefined;
  },
};

/** The own interface is tracked anyway, unless dont_track_primary says otherwise. */
export const ownInterfaceTracked: InstanceRule = {
  name: 'own-interface-tracked',
  check: (instance, session) => {
    const own = instance.values.interface;
    const kept = instance.trackInterfaces.filter((track) => track.name !== own);
    if (kept.length < instance.trackInterfaces.length) {
      say(instance, session, `Ignoring track_interface ${String(own)} since own interface`);
      instance.trackInterfaces.splice(0, instance.trackInterfaces.length, ...kept);
    }
    return undefined;
  },
};
