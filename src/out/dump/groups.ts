/** Sockets, sync groups and track groups in keepalived.data. */
import type { DumpFacts } from '../../ipc/dump-facts.ts';
import type { NotifyScripts } from '../../ipc/messages.ts';
import type { VrrpReport } from '../../vrrp/report.ts';
import { formatAddress } from '../../wire/address.ts';
import { scriptLines } from './instances.ts';
import { listed, title, trackedText, yesNo } from './text.ts';

const PROTOCOL_AH = 51;

export function socketSection({ sockets, instances }: VrrpReport): string[] {
  if (sockets.length === 0) return [];
  const status = new Map(instances.map((one) => [one.config.name, one]));
  const lines = sockets.flatMap(({ spec, fdIn, fdOut, receiveBuffer, users }) => {
    const first = status.get(users[0] ?? '');
    const source = spec.source ?? first?.state.conditions.sourceAddress;
    const unicast = spec.group === undefined;
    return [
      ` fd_in ${fdIn} fd_out = ${fdOut}`,
      ...(spec.ifname === '' ? [] : [`   Interface = ${spec.ifname}`]),
      `   Family = IPv${spec.family}`,
      `   Protocol = ${spec.protocol === PROTOCOL_AH ? 'AH' : 'VRRP'}`,
      `   Type = ${unicast ? 'Unicast' : 'Multicast'}`,
      ...(unicast && source !== undefined ? [`   Address = ${formatAddress(source)}`] : []),
      `   Rx buf size = ${receiveBuffer}`,
      '   VRRP instances',
      ...users.map((name) => `     ${name} vrid ${status.get(name)?.config.vrid ?? 0}`),
    ];
  });
  return [title('VRRP Sockpool'), ...lines];
}

export function syncGroupSection(
  { groups, instances }: VrrpReport,
  facts: DumpFacts,
  notify: Readonly<Record<string, NotifyScripts>>,
): string[] {
  if (groups.length === 0) return [];
  const conditions = new Map(instances.map(({ config, state }) => [config.name, state.conditions]));
  const lines = groups.flatMap(({ name, state, members }) => {
    const of = members.flatMap((member) => conditions.get(member) ?? []);
    const faulty = of.filter(({ faults }) => faults.length > 0).length;
    const group = facts.groups[name];
    const tracked = group?.tracked;
    return [
      ` VRRP Sync Group = ${name}, ${state}`,
      `   Num member fault ${faulty}, num member init ${of.filter(({ waiting }) => waiting).length}`,
      ...listed('VRRP member instances', members),
      ...(group?.trackingWeight ? ['   sync group tracking weight set'] : []),
      `   Using smtp notification = ${yesNo(group?.smtpAlert ?? false)}`,
      ...listed(
        'Tracked interfaces',
        (tracked?.interfaces ?? []).map((one) => trackedText(one)),
      ),
      ...listed(
        'Tracked scripts',
        (tracked?.scripts ?? []).map((one) => trackedText(one)),
      ),
      ...listed(
        'Tracked files',
        (tracked?.files ?? []).map((one) => trackedText(one, ',')),
      ),
      ...listed(
        'Tracked processes',
        (tracked?.processes ?? []).map((one) => trackedText(one, ',')),
      ),
      ...listed(
        'Tracked BFDs',
        (tracked?.bfds ?? []).map((one) => trackedText(one, ':')),
      ),
      ...scriptLines(notify[name]),
    ];
  });
  return [title('VRRP Sync groups'), ...lines];
}

export function trackGroupSection({ trackGroups }: DumpFacts): string[] {
  if (trackGroups.length === 0) return [];
  const lines = trackGroups.flatMap(({ name, members }) => [
    ` Static Track Group = ${name}`,
    ...listed('VRRP member instances', members),
  ]);
  return [title('Static Track groups'), ...lines];
}
