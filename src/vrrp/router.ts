/**
 * The virtual router: RFC 9568 §6.4 (and RFC 3768 §6.4) as a pure step function. In: configuration, state
 * and one event. Out: the next state and the effects to carry out, in order. Where keepalived 2.2.7 was seen
 * to differ from the RFC (an owner configured BACKUP waits, a lost VIP steps down for one skew time), this
 * follows keepalived and says so.
 */
import type { Us } from '../units.ts';
import { addUs, assertNever, toSeconds, us } from '../units.ts';
import { formatAddress, sameAddress } from '../wire/address.ts';
import { PRIORITY_OWNER } from '../wire/vrrp.ts';
import type { InstanceConfig, VirtualAddress } from './config.ts';
import { configure } from './configure.ts';
import { Draft } from './draft.ts';
import { beatsUs } from './election.ts';
import {
  type Conditions,
  type Fault,
  type ReceivedAdvert,
  type RouterEvent,
  START_STAGES,
  type StartStage,
  type StopReason,
  type TimerName,
} from './events.ts';
import { type IncomingPacket, receive } from './receive.ts';
import { effectivePriority, type RouterState, type Step } from './state.ts';
import { count } from './stats.ts';
import { skewTime } from './timing.ts';

export function step(config: InstanceConfig, state: RouterState, event: RouterEvent): Step {
  const draft = new Draft(config, state, event.nowUs);
  switch (event.event) {
    case 'start':
      for (const stage of event.stage === undefined ? START_STAGES : [event.stage]) {
        start(draft, stage, event);
      }
      break;
    case 'conditions':
      conditions(draft, event.conditions, event.held);
      break;
    case 'packet':
      packet(draft, event.packet);
      break;
    case 'masterDown':
      if (draft.state.name === 'BACKUP' || draft.state.name === 'INIT') becomeMaster(draft);
      break;
    case 'advertLate':
      if (draft.state.name === 'MASTER') advertLate(draft);
      break;
    case 'announce':
      if (draft.state.name === 'MASTER') draft.announce(1);
      break;
    case 'masterDownHeld':
      if (draft.state.name === 'BACKUP') waitForGroup(draft);
      break;
    case 'sync':
      sync(draft, event);
      break;
    case 'timer':
      timer(draft, event.timer);
      break;
    case 'addressLost':
      addressLost(draft, event.address);
      break;
    case 'routeLost':
      if (draft.state.name === 'MASTER') stepDown(draft);
      break;
    case 'routesDropped':
      if (draft.state.name === 'MASTER') draft.routing('add', config.routes, []);
      break;
    case 'configure':
      return configure(draft, event.config);
    case 'stop':
      stop(draft, event.reason);
      break;
    default:
      assertNever(event);
  }
  return { state: draft.state, effects: draft.effects };
}

/** INIT -> BACKUP or FAULT, or MASTER for an owner that says so. `conditions` must have come before. */
function start(draft: Draft, stage: StartStage, event: Extract<RouterEvent, { event: 'start' }>): void {
  const { config, state } = draft;
  switch (stage) {
    case 'causes':
      draft.set({ started: true, notBeforeUs: earliest(draft, event.delayUs) });
      startCauses(draft);
      break;
    case 'faults':
      startFaults(draft, event);
      break;
    case 'clear':
      if (state.name !== 'MASTER') draft.possess('clear');
      break;
    case 'begin':
      if (state.name !== 'INIT' || state.conditions.waiting || event.group?.waits) break;
      if (startsAsOwner(config) && event.group?.ownersOnly !== false) {
        // RFC 9568 §6.4.1: an owner does not wait. It goes through the timer all the same, so that every
        // instance of the process has been started before the first one speaks.
        draft.hold(draft.nowUs);
        break;
      }
      becomeBackup(draft, 'entering-backup-init', draft.masterDownFromNow());
      break;
    default:
      assertNever(stage);
  }
}

const startsAsOwner = (config: InstanceConfig): boolean =>
  config.initialMaster && config.basePriority === PRIORITY_OWNER;

/** With a delay the whole wait of a BACKUP comes behind it; an owner has none (seen with 2.2.7). */
function earliest(draft: Draft, delayUs: Us | undefined): Us {
  if (delayUs === undefined) return us(0);
  return addUs(startsAsOwner(draft.config) ? draft.nowUs : draft.masterDownFromNow(), delayUs);
}

function startCauses(draft: Draft): void {
  const { config } = draft;
  const { faults, sourceAddress } = draft.state.conditions;
  for (const fault of faults) {
    if (fault.kind === 'no-interface') draft.log('start-interface-down', config.interface);
    if (fault.kind === 'interface-down' || fault.kind === 'tracked-interface') {
      draft.log('start-interface-down', fault.interface);
    }
  }
  // Also where there is no interface that could have one (seen with 2.2.7).
  if ((sourceAddress ?? config.sourceAddress) === undefined) draft.log('start-no-address', config.family);
}

function startFaults(draft: Draft, event: Extract<RouterEvent, { event: 'start' }>): void {
  const { name, conditions } = draft.state;
  const { faults } = conditions;
  if (name !== 'INIT') return;
  if (faults.length === 0 && !event.group?.faulty) {
    if (!event.adopt) return;
    draft.log('adopting-master');
    takeOver(draft);
    return;
  }
  // A script that has failed before is no news, and upstream says nothing.
  // That it has no peers was said with the configuration.
  const known = (fault: Fault): boolean => fault.kind === 'script' || fault.kind === 'no-peers';
  if (faults.length === 0 || !faults.every(known)) draft.log('start-fault');
  draft.enter('FAULT');
  draft.notify('FAULT');
}

function becomeBackup(draft: Draft, message: string, deadlineUs: Us): void {
  draft.log(message);
  draft.enter('BACKUP');
  draft.hold(deadlineUs);
  draft.notify('BACKUP');
}

function becomeMaster(draft: Draft): void {
  // A script that a reload added may still owe its first result: that only ever held back the start.
  if (!draft.state.started || (draft.state.name === 'INIT' && draft.state.conditions.waiting)) return;
  draft.log('receive-advertisement-timeout');
  takeOver(draft);
}

/** Kept waiting by its sync group, a member listens for as long again (seen with 2.2.7). */
function waitForGroup(draft: Draft): void {
  draft.log('receive-advertisement-timeout');
  draft.set({ wantsMaster: true });
  draft.hold(draft.masterDownFromNow());
}

/** The advert goes first, so that peers hear of the new master before switches do (seen with 2.2.7). */
function takeOver(draft: Draft): void {
  const { config } = draft;
  draft.log('entering-master');
  const learnt = draft.state.masterAdvertIntervalUs;
  if (learnt !== config.advertIntervalUs) {
    draft.log('interval-ours-again', learnt / 1000, config.advertIntervalUs / 1000);
  }
  draft.enter('MASTER');
  draft.emit({ effect: 'hold', rule: undefined });
  draft.forgetMaster();
  draft.set({ stats: count(draft.state.stats, 'becomeMaster') });
  draft.advertise(draft.nowUs);
  draft.possess('add');
  draft.announce(config.garp.masterRepeat);
  draft.notify('MASTER');
  if (config.garp.masterDelayUs > 0) draft.arm('garpDelayed', config.garp.masterDelayUs);
  if (config.garp.refreshUs > 0) {
    draft.arm('garpRefresh', addUs(config.garp.masterDelayUs, config.garp.refreshUs));
  }
  if (config.garp.extraIfUs > 0) draft.arm('garpExtraIf', config.garp.extraIfUs);
}

/** Nobody preempts here: a new master, of whatever priority, is to stay (`timer_expired_backup`). */
function advertLate(draft: Draft): void {
  draft.log('advert-late');
  giveWay(draft);
}

/** Whatever leaves MASTER stops advertising before it takes the addresses off. */
function leaveMaster(draft: Draft): void {
  draft.set({ stats: count(draft.state.stats, 'releaseMaster') });
  draft.stopAdvertising();
  draft.emit({ effect: 'cancel', timer: 'garpRefresh' });
  if (draft.config.garp.extraIfUs > 0) draft.emit({ effect: 'cancel', timer: 'garpExtraIf' });
}

function release(draft: Draft, priorityZeroCopies: number): void {
  if (priorityZeroCopies > 0) {
    draft.sendOnce(0, priorityZeroCopies);
    draft.log('sent-0-priority');
  }
  draft.possess('remove');
}

/** Faults are compared as a set: the instance is in FAULT exactly while there is one. */
function conditions(draft: Draft, now: Conditions, held: boolean | undefined): void {
  const { conditions: before, started } = draft.state;
  draft.set({ conditions: now });
  const priority = effectivePriority(draft.config, now.priorityDelta, draft.state.demoted);
  if (!started) trackedCauses(draft, before.faults, now.faults);
  const news = started ? fileFaults(draft, before.faults, now.faults) : 'changed';
  if (news !== 'silent') updatePriority(draft, priority, news);
  follows(draft, before, now, held);
  // On the way into FAULT it is still called by its old priority (seen with 2.2.7).
  if (news === 'silent') updatePriority(draft, priority, news);
}

/** The state that the conditions ask for. */
function follows(draft: Draft, before: Conditions, now: Conditions, held: boolean | undefined): void {
  const { name } = draft.state;
  if (name === 'STOP') return;
  if (name === 'INIT') {
    leaveInit(draft, held);
    return;
  }
  if (name !== 'FAULT' && now.faults.length > 0) enterFault(draft);
  else if (name === 'FAULT' && now.faults.length === 0 && !now.waiting && !held) {
    becomeBackup(draft, 'entering-backup', draft.masterDownFromNow());
    announceSource(draft);
  } else if (name === 'FAULT' && firstCause(before, now)) {
    draft.notify('FAULT');
  } else if (name === 'MASTER' && sourceChanged(before, now)) {
    draft.readvertise(draft.config.advertIntervalUs);
  }
}

/**
 * Peers send unicast to an address that a switch may know behind another port since the fault: the one that
 * recovers announces where it is, once; who merely follows in a sync group does not (seen with 2.2.7).
 */
function announceSource(draft: Draft): void {
  const { sourceAddress } = draft.state.conditions;
  if (draft.config.unicastPeers.length === 0 || sourceAddress === undefined) return;
  draft.emit({ effect: 'announceSource', address: sourceAddress });
}

/**
 * A member that its sync group took from INIT to FAULT was mute about it. It speaks when a script that it
 * still waited for gives it a cause of its own (seen with 2.2.7).
 */
const firstCause = (before: Conditions, now: Conditions): boolean =>
  before.waiting && before.faults.length === 0 && now.faults.length > 0;

/** Before the start, files and processes are looked at first of all (seen with 2.2.7). */
function trackedCauses(draft: Draft, before: readonly Fault[], now: readonly Fault[]): void {
  for (const fault of now) {
    const known = before.some((other) => other.kind === fault.kind && nameOf(other) === nameOf(fault));
    if (known) continue;
    if (fault.kind === 'file') draft.log('start-file-fault', fault.name, fault.status);
    if (fault.kind === 'process') draft.log('start-process-fault', fault.name);
  }
}

const nameOf = (fault: Fault): string | undefined => ('name' in fault ? fault.name : undefined);

/** How the change of priority that goes with it is told (seen with 2.2.7). */
type PriorityNews = 'changed' | 'set' | 'silent';

/**
 * Says which tracked files have become a fault or are none any more. The weight of such a file counts no
 * longer, or again, and that is told in other words, or not at all.
 */
function fileFaults(draft: Draft, before: readonly Fault[], now: readonly Fault[]): PriorityNews {
  const named = (faults: readonly Fault[]) =>
    new Set(faults.flatMap((fault) => (fault.kind === 'file' ? [fault.name] : [])));
  const [then, today] = [named(before), named(now)];
  const fresh = [...today].filter((name) => !then.has(name));
  const over = [...then].filter((name) => !today.has(name));
  for (const name of fresh) draft.log('file-fault', name);
  for (const name of over) draft.log('file-leaves-fault', name);
  if (fresh.length > 0) return 'silent';
  return over.length > 0 ? 'set' : 'changed';
}

function sourceChanged(before: Conditions, now: Conditions): boolean {
  if (before.sourceAddress === undefined || now.sourceAddress === undefined) {
    return before.sourceAddress !== now.sourceAddress;
  }
  return !sameAddress(before.sourceAddress, now.sourceAddress);
}

/** Only an instance that `start` left waiting is still in INIT. Outside of a group `held` is undefined. */
function leaveInit(draft: Draft, held: boolean | undefined): void {
  const now = draft.state.conditions;
  if (!draft.state.started) return;
  if (now.faults.length > 0) {
    enterFault(draft);
    return;
  }
  if (now.waiting || held) return;
  // An owner that waited for its scripts alone is master with their first success (seen with 2.2.7).
  if (held === undefined && startsAsOwner(draft.config) && draft.nowUs >= draft.state.notBeforeUs) {
    takeOver(draft);
    return;
  }
  becomeBackup(draft, 'entering-backup', draft.masterDownFromNow());
  announceSource(draft);
}

function enterFault(draft: Draft): void {
  const { name } = draft.state;
  const foreign = draft.state.conditions.faults.some(({ kind }) => kind === 'foreign-source');
  if (foreign) draft.log('source-not-configured');
  // An instance that only waited for its scripts has no state to leave (seen with 2.2.7).
  if (name !== 'INIT' || foreign) draft.log('entering-fault');
  toFault(draft);
  if (name === 'MASTER') {
    leaveMaster(draft);
    // 2.2.7 was seen sending two on the way into FAULT; a second one also survives the loss of the first.
    release(draft, 2);
  }
  draft.notify('FAULT');
}

function toFault(draft: Draft): void {
  draft.enter('FAULT');
  draft.emit({ effect: 'hold', rule: undefined });
  // RFC 9568 §6.4.1: whoever starts over knows no master, and no interval but its own.
  draft.forgetMaster();
}

/** Follows another member of the sync group: the same transitions, told in fewer words (seen with 2.2.7). */
function sync(draft: Draft, { to, addressLost: lost }: Extract<RouterEvent, { event: 'sync' }>): void {
  const { name, started } = draft.state;
  if (!started || name === 'STOP' || name === to) return;
  switch (to) {
    case 'MASTER':
      if (name === 'BACKUP') takeOver(draft);
      break;
    case 'BACKUP':
      if (name !== 'MASTER') becomeBackup(draft, 'entering-backup', draft.masterDownFromNow());
      else if (lost) stepDown(draft);
      else giveWay(draft);
      break;
    case 'FAULT':
      syncFault(draft);
      break;
    default:
      assertNever(to);
  }
}

/** One goodbye and no line about it; only a master says where it goes, and who never was anything is mute. */
function syncFault(draft: Draft): void {
  const { name } = draft.state;
  if (name === 'MASTER') draft.log('entering-fault');
  toFault(draft);
  if (name === 'MASTER') {
    leaveMaster(draft);
    draft.sendOnce(0);
    release(draft, 0);
  }
  if (name !== 'INIT') draft.notify('FAULT');
}

function updatePriority(draft: Draft, to: number, news: PriorityNews): void {
  const from = draft.state.effectivePriority;
  if (from === to) return;
  draft.set({ effectivePriority: to });
  if (news === 'changed') draft.log('changing-effective-priority', from, to);
  else if (news === 'set') draft.log('setting-effective-priority', to);
  draft.emit({ effect: 'priority', from, to });
  // The next regular advert carries the new value; a backup's running timer is left alone (seen with 2.2.7).
  if (draft.state.name === 'MASTER') draft.readvertise(draft.config.advertIntervalUs);
  if (draft.state.name === 'BACKUP') draft.hold('unchanged');
}

function packet(draft: Draft, incoming: IncomingPacket): void {
  const { state } = draft;
  const verdict = receive(draft.config, incoming, {
    ownAddress: state.conditions.sourceAddress,
    master: state.master?.source,
    auth: state.auth,
    oldChecksum: state.oldChecksumHeard,
  });
  draft.set({ stats: count(state.stats, ...verdict.counters), auth: verdict.auth ?? state.auth });
  for (const note of verdict.notes) {
    if (draft.state.reported.has(note.slot)) continue;
    draft.set({ reported: new Set([...draft.state.reported, note.slot]) });
    draft.emit({ effect: 'log', id: note.id, args: note.args });
  }
  if (verdict.verdict === 'drop') return;
  if (verdict.oldChecksum) useOldChecksum(draft);
  if (verdict.notes.length === 0 && state.reported.size > 0) draft.set({ reported: new Set() });
  if (state.name === 'BACKUP') backupHears(draft, verdict.advert);
  else if (state.name === 'MASTER') masterHears(draft, verdict.advert);
}

function useOldChecksum(draft: Draft): void {
  if (draft.config.oldUnicastChecksum === 'when-heard') draft.log('old-checksum');
  draft.set({ oldChecksumHeard: true });
  if (draft.state.name === 'MASTER') draft.readvertise(draft.config.advertIntervalUs);
}

function backupHears(draft: Draft, advert: ReceivedAdvert): void {
  const { config, state } = draft;
  if (advert.priority === 0) {
    draft.log('backup-received-priority-0');
    draft.set({ preemptDelay: 'idle' });
    draft.emit({ effect: 'cancel', timer: 'preemptDelay' });
    draft.hold(
      addUs(draft.nowUs, skewTime(config.version, state.effectivePriority, state.masterAdvertIntervalUs)),
    );
    return;
  }
  const lower = advert.priority < state.effectivePriority;
  if (lower && config.preempt && config.preemptDelayUs > 0 && state.preemptDelay === 'idle') {
    draft.log('start-preempt-delay', toSeconds(config.preemptDelayUs).toFixed(6));
    draft.set({ preemptDelay: 'running' });
    draft.arm('preemptDelay', config.preemptDelayUs);
  }
  if (!draft.holdsBack(advert.priority)) {
    draft.log('lower-priority-discarding', advert.priority, formatAddress(advert.source));
    return;
  }
  if (!lower && state.preemptDelay !== 'idle') {
    draft.set({ preemptDelay: 'idle' });
    draft.emit({ effect: 'cancel', timer: 'preemptDelay' });
  }
  follow(draft, advert);
}

/** Accepts a master: v3 takes over its interval, which may be longer than ours (RFC 9568 §6.4.2). */
function follow(draft: Draft, advert: ReceivedAdvert): void {
  learn(draft, advert);
  draft.set({ wantsMaster: false });
  draft.hold(draft.masterDownFromNow());
}

function learn(draft: Draft, advert: ReceivedAdvert): void {
  const before = draft.state.masterAdvertIntervalUs;
  if (draft.config.version === 3 && advert.intervalUs !== before) {
    draft.log('interval-learnt', before / 1000, advert.intervalUs / 1000);
  }
  draft.set({
    master: advert,
    masterAdvertIntervalUs: draft.config.version === 3 ? advert.intervalUs : draft.config.advertIntervalUs,
  });
}

function masterHears(draft: Draft, advert: ReceivedAdvert): void {
  const { config, state } = draft;
  if (advert.priority === 0) {
    draft.log('master-received-priority-0');
    draft.advertise(draft.nowUs);
    return;
  }
  if (beatsUs(advert, state.effectivePriority, state.conditions.sourceAddress)) {
    if (state.effectivePriority === PRIORITY_OWNER) {
      // Two owners cannot both be right: the one with the lower address gives way for good (2.2.7 and
      // 2.3.3+).
      draft.log('both-owners');
      draft.set({ demoted: true, effectivePriority: PRIORITY_OWNER - 1 });
    }
    const ours = draft.state.effectivePriority;
    const source = formatAddress(advert.source);
    if (advert.priority === ours) draft.log('master-received-same', source, ours);
    else draft.log('master-received-higher', source, advert.priority, ours);
    yieldTo(draft, advert);
    return;
  }
  draft.log(
    config.lowerPrioNoAdvert ? 'master-received-lower-silent' : 'master-received-lower',
    formatAddress(advert.source),
    advert.priority,
    state.effectivePriority,
  );
  draft.emit({ effect: 'notifyLowerPriority', priority: state.effectivePriority });
  if (!config.lowerPrioNoAdvert) draft.advertise(draft.nowUs);
  draft.announce(config.garp.lowerPrioRepeat);
  if (config.garp.lowerPrioDelayUs > 0 && config.garp.lowerPrioRepeat > 0) {
    draft.arm('garpLowerPrio', config.garp.lowerPrioDelayUs);
  }
}

function yieldTo(draft: Draft, advert: ReceivedAdvert): void {
  if (draft.config.higherPrioSendAdvert) draft.sendOnce(draft.state.effectivePriority);
  learn(draft, advert);
  giveWay(draft);
}

function giveWay(draft: Draft): void {
  draft.log('entering-backup');
  draft.enter('BACKUP');
  leaveMaster(draft);
  draft.hold(draft.masterDownFromNow());
  release(draft, 0);
  draft.notify('BACKUP');
}

function timer(draft: Draft, name: TimerName): void {
  const { config, state } = draft;
  if (name === 'preemptDelay') {
    if (state.name !== 'BACKUP' || state.preemptDelay !== 'running') return;
    draft.set({ preemptDelay: 'over' });
    draft.hold('unchanged');
    return;
  }
  if (state.name !== 'MASTER') return;
  if (name === 'garpDelayed') draft.announce(config.garp.masterRepeat);
  else if (name === 'garpLowerPrio') draft.announce(config.garp.lowerPrioRepeat);
  else if (name === 'garpExtraIf') draft.announceExtra();
  else {
    draft.announce(config.garp.refreshRepeat);
    draft.arm('garpRefresh', config.garp.refreshUs);
  }
}

/**
 * Somebody took one of our addresses off. keepalived 2.2.7 steps down with prio 0 and comes back after one
 * skew time of its own, which restores the address and lets a healthier peer win.
 */
function addressLost(draft: Draft, address: VirtualAddress): void {
  if (draft.state.name === 'MASTER' && address.track) stepDown(draft);
}

function stepDown(draft: Draft): void {
  const { config } = draft;
  draft.log('entering-backup');
  draft.enter('BACKUP');
  leaveMaster(draft);
  release(draft, 1);
  draft.hold(
    addUs(draft.nowUs, skewTime(config.version, draft.state.effectivePriority, config.advertIntervalUs)),
  );
  draft.notify('BACKUP');
}

function stop(draft: Draft, reason: StopReason): void {
  const wasMaster = draft.state.name === 'MASTER';
  if (draft.state.name === 'STOP') return;
  draft.enter('STOP');
  draft.emit({ effect: 'hold', rule: undefined });
  for (const name of ['preemptDelay', 'garpDelayed', 'garpLowerPrio'] as const)
    draft.emit({ effect: 'cancel', timer: name });
  if (wasMaster) {
    leaveMaster(draft);
    release(draft, 1);
  }
  if (reason !== 'replaced') draft.notify(reason === 'shutdown' ? 'STOP' : 'DELETED');
}
