/** What the priority of an address owner and of members of a sync group may not depend on. */
import { type GroupDraft, type InstanceDraft, LOG_ONLY, type Session, type TrackDraft } from '../drafts.ts';
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

/**
 * A weight of 1 is that of a file which says nothing: it keeps being tracked, and then means FAULT. Any other
 * was meant, and goes with the file.
 */
function dropFiles(instance: InstanceDraft, session: Session, why: string): void {
  const kept = instance.trackFiles.filter((track) => {
    const { name, weight } = track;
    if (weight === 0) return true;
    if (weight !== 1) {
      say(instance, session, `ignoring tracked file ${name} with weight ${weight} due to ${why}`);
      return false;
    }
    say(instance, session, `ignoring weight from tracked file ${name} due to ${why}. specify weight 0`);
    track.weight = 0;
    return true;
  });
  replace(instance.trackFiles, kept);
}

function dropBfds(instance: InstanceDraft, session: Session, why: string): void {
  const kept = instance.trackBfds.filter((track) => {
    if (track.weight === 0) return true;
    say(instance, session, `ignoring tracked bfd ${track.name} with weight ${track.weight} due to ${why}`);
    return false;
  });
  replace(instance.trackBfds, kept);
}

function dropInterfaces(instance: InstanceDraft, session: Session): void {
  const kept = instance.trackInterfaces.filter((track) => {
    if (track.weight === 0) return true;
    say(instance, session, `ignoring ${track.name} tracked interface due to address owner`);
    return false;
  });
  replace(instance.trackInterfaces, kept);
}

/** That is what upstream says; it goes on weighing them all the same (seen with 2.2.7). */
function warnOfInterfaces(instance: InstanceDraft, session: Session): void {
  for (const track of instance.trackInterfaces) {
    if (track.weight === 0) continue;
    say(instance, session, `ignoring ${track.name} tracked interface weight due to SYNC group`);
  }
}

const weighs = (group: GroupDraft): boolean =>
  Boolean(group.values.sync_group_tracking_weight ?? group.values.global_tracking ?? false);

/**
 * Members of a group change state together, so a weight that moves the priority of one of them has no
 * meaning; and priority 255 stays 255 (RFC 9568 section 5.2.4). For an owner in a group, the group is the
 * reason given.
 */
export const noWeights: InstanceRule = {
  name: 'no-weights',
  check: (instance, session) => {
    const { group } = instance;
    const grouped = group !== undefined && !weighs(group);
    if (!grouped && !isOwner(instance)) return undefined;
    const why = grouped ? 'SYNC group' : 'address_owner';
    if (grouped) warnOfInterfaces(instance, session);
    else dropInterfaces(instance, session);
    dropWeighted(instance.trackScripts, session, ({ name }) => {
      say(instance, session, `ignoring tracked script ${name} with weights due to ${why}`);
    });
    dropFiles(instance, session, why);
    dropBfds(instance, session, why);
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

type Kind = (typeof LISTS)[number][1];

/** Of the own interface only `dont_track_primary` says that it is not tracked. */
function tracks(instance: InstanceDraft, list: (typeof LISTS)[number][0], name: string): boolean {
  if (instance[list].some((track) => track.name === name)) return true;
  const { values } = instance;
  return list === 'trackInterfaces' && !values.dont_track_primary && values.interface === name;
}

/** Under `-t` upstream ends before it comes to these, except for interfaces (observed on 2.2.7). */
function sayTwice(instance: InstanceDraft, kind: Kind, name: string, session: Session): void {
  const where = `(${instance.name}) track_${kind} ${name} is configured on VRRP instance and sync group.`;
  if (kind === 'interface') session.report(`${where} Remove vrrp instance or sync group config`);
  else session.report(`${where} Remove vrrp instance config`, undefined, LOG_ONLY);
}

/**
 * What a group tracks may not move the priority of an address owner among its members, and counts once: for
 * the group, or for the instance.
 */
export const groupTrackers: SessionRule = {
  name: 'group-trackers',
  check: (session) => {
    for (const group of session.groups) {
      const owned = group.instances.some(isOwner);
      for (const [list, kind, repair] of LISTS) {
        for (const track of group[list]) {
          const { name } = track;
          if (owned && track.weight !== 0) {
            const member = `'${name}' with member having priority 255`;
            session.report(`(${group.name}) Cannot have weighted track ${kind} ${member} - ${repair}`);
            track.weight = 0;
          }
          for (const instance of group.instances) {
            if (tracks(instance, list, name)) sayTwice(instance, kind, name, session);
          }
        }
      }
    }
    return undefined;
  },
};
