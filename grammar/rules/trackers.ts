/** What the priority of an address owner and of members of a sync group may not depend on. */
import type { GroupDraft, InstanceDraft, Session, TrackDraft } from '../drafts.ts';
import { type InstanceRule, OWNER_PRIORITY, priorityOf, type SessionRule, say } from './rule.ts';

const isOwner = (instance: InstanceDraft): boolean => priorityOf(instance) === OWNER_PRIORITY;

const replace = (list: TrackDraft[], kept: readonly TrackDraft[]): void => {
  if (kept.length < list.length) list.splice(0, list.length, ...kept);
};

function dropWeighted(list: TrackDraft[], session: Session, refuse: (track: TrackDraft) => void): void {
  const kept = list.filter((track) => {
    if (track.weight === 0 || session.scriptByName.get(track.name)?.removed) return true;
    refuse(track);
    return false;
  });
  replace(list, kept);
}

/** A file keeps being tracked, without a weight: then it means FAULT. */
function unweighFiles(instance: InstanceDraft, session: Session, why: string): void {
  for (const track of instance.trackFiles) {
    if (track.weight === 0) continue;
    say(instance, session, `ignoring weight from tracked file ${track.name} due to ${why}. specify weight 0`);
    track.weight = 0;
  }
}

function dropBfds(instance: InstanceDraft, session: Session, why: string): void {
  const kept = instance.trackBfds.filter((track) => {
    if (track.weight === 0) return true;
    say(instance, session, `ignoring tracked bfd ${track.name} with weight ${track.weight} due to ${why}`);
    return false;
  });
  replace(instance.trackBfds, kept);
}

/** Priority 255 stays 255 (RFC 9568 section 5.2.4). */
export const ownerHasNoWeights: InstanceRule = {
  name: 'owner-has-no-weights',
  check: (instance, session) => {
    if (!isOwner(instance)) return undefined;
    const interfaces = instance.trackInterfaces.filter((track) => {
      if (track.weight === 0) return true;
      say(instance, session, `ignoring ${track.name} tracked interface due to address owner`);
      return false;
    });
    replace(instance.trackInterfaces, interfaces);
    dropWeighted(instance.trackScripts, session, ({ name }) => {
      say(instance, session, `ignoring tracked script ${name} with weights due to address_owner`);
    });
    unweighFiles(instance, session, 'address_owner');
    dropBfds(instance, session, 'address_owner');
    return undefined;
  },
};

const weighs = (group: GroupDraft): boolean =>
  Boolean(group.values.sync_group_tracking_weight ?? group.values.global_tracking ?? false);

/** Members change state together, so a weight that moves the priority of one of them has no meaning. */
export const noWeightsInGroups: InstanceRule = {
  name: 'no-weights-in-groups',
  check: (instance, session) => {
    const { group } = instance;
    if (!group || weighs(group) || isOwner(instance)) return undefined;
    for (const track of instance.trackInterfaces) {
      if (track.weight === 0) continue;
      say(instance, session, `ignoring ${track.name} tracked interface weight due to SYNC group`);
      track.weight = 0;
    }
    dropWeighted(instance.trackScripts, session, ({ name }) => {
      say(instance, session, `ignoring tracked script ${name} with weights due to SYNC group`);
    });
    unweighFiles(instance, session, 'SYNC group');
    dropBfds(instance, session, 'SYNC group');
    return undefined;
  },
};

const LISTS = [
  ['trackScripts', 'script', 'clearing weight'],
  ['trackFiles', 'file', 'setting weight 0'],
  ['trackProcesses', 'process', 'setting weight 0'],
  ['trackBfds', 'bfd', 'setting weight 0'],
  ['trackInterfaces', 'interface', 'clearing weight'],
] as const;

/** A group with an address owner may not move the priority of its members. */
export const groupsOfOwners: SessionRule = {
  name: 'groups-of-owners',
  check: (session) => {
    for (const group of session.groups) {
      if (!group.instances.some(isOwner)) continue;
      for (const [list, what, repair] of LISTS) {
        for (const track of group[list]) {
          if (track.weight === 0) continue;
          const member = 'with member having priority 255';
          session.report(
            `(${group.name}) Cannot have weighted track ${what} '${track.name}' ${member} - ${repair}`,
          );
          track.weight = 0;
        }
      }
    }
    return undefined;
  },
};
