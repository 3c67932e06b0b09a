/** `vrrp_sync_group NAME { … }`: instances that change state together. */
import type { Line } from '../cst.ts';
import { type GroupDraft, newGroup, type Scope, type Session } from '../drafts.ts';
import { readTrackInterface, readTrackScript } from '../lines/track-line.ts';
import { memberList } from './member-list.ts';
import { block, list } from './row.ts';
import { commandRow } from './scripts.ts';
import { notifySerialize } from './serialize.ts';
import { flag, optionalToggle } from './shortcuts.ts';
import { trackerBlocks, trackLineOptions } from './track-blocks.ts';

const notify = (doc: string) =>
  commandRow({
    doc,
    owner: 'vrrp',
    again: 'vrrp group {name}: {keyword} script already specified - ignoring {command}',
  });

export const vrrpSyncGroupRows = {
  group: memberList('sync'),
  track_interface: list({
    doc: 'Interfaces tracked for every member.',
    args: 'IFNAME [weight W [reverse]]',
    options: trackLineOptions('IFNAME'),
    item: (line, scope, session) => void readTrackInterface(line, scope as GroupDraft, session),
  }),
  track_script: list({
    doc: 'Scripts tracked for every member.',
    args: 'SCRIPT [weight W [reverse|noreverse]]',
    options: trackLineOptions('SCRIPT_NAME'),
    item: (line, scope, session) => void readTrackScript(line, scope as GroupDraft, session),
  }),
  ...trackerBlocks,
  notify_backup: notify('Run when the group becomes BACKUP.'),
  notify_master: notify('Run when the group becomes MASTER.'),
  notify_fault: notify('Run when the group goes to FAULT.'),
  notify_stop: notify('Run when the group stops.'),
  notify: notify('Run on every change of state, with GROUP, name, state and 0 as last arguments.'),
  notify_serialize: notifySerialize('the group'),
  smtp_alert: optionalToggle(
    'Send mail on a change of state.',
    'Invalid vrrp_group smtp_alert parameter {value}',
  ),
  global_tracking: flag('Old name of sync_group_tracking_weight.', {
    deprecated: '({name}) global_tracking is deprecated. Use track_interface/script/file on the sync group',
  }),
  sync_group_tracking_weight: flag('Let members keep trackers with weights.'),
  notify_priority_changes: optionalToggle(
    'Write a FIFO line when the priority of a member changes.',
    "({name}) Invalid value '{value}' for sync group notify_priority_changes specified",
  ),
};

function open(line: Line, _scope: Scope, session: Session): Scope | undefined {
  const [, name, extra] = line.words;
  if (name === undefined || extra !== undefined) {
    session.report('vrrp_sync_group must have a name - skipping', line);
    return undefined;
  }
  if (session.groupByName.has(name)) {
    session.report(`vrrp sync group ${name} already defined`, line);
    return undefined;
  }
  const group = newGroup(name, line);
  session.groups.push(group);
  session.groupByName.set(name, group);
  return group;
}

export const vrrpSyncGroup = block({
  doc: 'Instances that change state together.',
  args: 'NAME',
  process: 'vrrp',
  rows: vrrpSyncGroupRows,
  open,
});
