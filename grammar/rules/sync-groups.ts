/** Sync groups find their members after everything has been read, so the order of blocks does not matter. */
import type { GroupDraft, Session } from '../drafts.ts';
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

/** An interface counts once: for the group, or for the instance. */
export const trackedOnce: SessionRule = {
  name: 'tracked-once',
  check: (session) => {
    for (const group of session.groups) {
      if (group.trackInterfaces.length === 0) continue;
      for (const instance of group.instances) {
        const { values } = instance;
        const own = new Set(instance.trackInterfaces.map((track) => track.name));
        if (!values.dont_track_primary) own.add(String(values.interface));
        for (const { name } of group.trackInterfaces) {
          if (!own.has(name)) continue;
          const where = 'is configured on VRRP instance and sync group';
          say(
            instance,
            session,
            `track_interface ${name} ${where}. Remove vrrp instance or sync group config`,
          );
        }
      }
    }
    return undefined;
  },
};
