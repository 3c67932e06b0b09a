/** Sync groups find their members after everything has been read, so the order of blocks does not matter. */
import type { GroupDraft, InstanceDraft, Session } from '../drafts.ts';
import { type InstanceRule, OWNER_PRIORITY, type SessionRule, say } from './rule.ts';

export const groupMembers: SessionRule = {
  name: 'group-members',
  check: (session) => {
    const kept = session.groups.filter((group) => fill(group, session));
    session.groups.splice(0, session.groups.length, ...kept);
    return undefined;
  },
};

/** By what the file says, before anything that it leaves out is set. */
const isOwnerByState = ({ values }: InstanceDraft): boolean =>
  values.state === 'MASTER' && values.priority === OWNER_PRIORITY;

/**
 * Upstream compares states here, and only where owners at the head of the list meet a member with
 * `state BACKUP` (observed on 2.2.7).
 */
const backupJoinsOwners = (members: readonly InstanceDraft[]): boolean =>
  members.length > 1 &&
  members.at(-1)?.values.state === 'BACKUP' &&
  members.slice(0, -1).every(isOwnerByState);

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
      if (!backupJoinsOwners(group.instances)) continue;
      const some = 'some member(s) as address owner and some not as address owner';
      session.report(`Sync group ${name} has ${some}. This won't work.`);
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
