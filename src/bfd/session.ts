/**
 * One BFD session in asynchronous mode: RFC 5880 section 6.8 as a pure step function. In: configuration,
 * state, one event and draws of chance. Out: the next state and the effects to carry out, in order. Where
 * keepalived 2.2.7 and 2.3.3 were seen to go their own way (a new discriminator after each session, trackers
 * that hear nothing of an AdminDown), this follows them and says so.
 */
import { addUs, assertNever, subUs, type Us, us } from '../units.ts';
import {
  type BfdPacket,
  DIAG_ADMIN_DOWN,
  DIAG_DETECTION_EXPIRED,
  DIAG_NEIGHBOR_DOWN,
  DIAG_NONE,
} from '../wire/bfd.ts';
import type { BfdSessionConfig } from './bfd.ts';
import type { Draws, SessionEffect, SessionState, SessionStep, SessionTimer } from './state.ts';

export type SessionEvent =
  | { readonly event: 'start'; readonly nowUs: Us }
  /** A valid packet for the session. */
  | { readonly event: 'packet'; readonly nowUs: Us; readonly atUs: Us; readonly packet: BfdPacket }
  | { readonly event: 'timer'; readonly nowUs: Us; readonly timer: SessionTimer }
  /** `config` of the step is the new one already. */
  | { readonly event: 'configure'; readonly nowUs: Us; readonly before: BfdSessionConfig }
  /** It cannot send at all. */
  | { readonly event: 'disable'; readonly nowUs: Us };

export function sessionStep(
  config: BfdSessionConfig,
  state: SessionState,
  event: SessionEvent,
  draws: Draws,
): SessionStep {
  const draft = new SessionDraft(config, state, event.nowUs, draws);
  switch (event.event) {
    case 'start':
      if (!config.passive) transmit(draft);
      break;
    case 'packet':
      if (draft.state.state !== 'AdminDown') receive(draft, event.packet, event.atUs);
      break;
    case 'timer':
      if (event.timer === 'transmit') transmit(draft);
      else detectionOver(draft);
      break;
    case 'configure':
      configure(draft, event.before);
      break;
    case 'disable':
      draft.set({ state: 'AdminDown', diagnostic: DIAG_ADMIN_DOWN, polling: false });
      draft.stopTransmitting();
      draft.do({ effect: 'cancel', timer: 'detect' });
      draft.log('bfd-admin-down');
      break;
    default:
      assertNever(event);
  }
  return { state: draft.state, effects: draft.effects };
}

/** The state while a step works on it. */
class SessionDraft {
  readonly config: BfdSessionConfig;
  readonly nowUs: Us;
  readonly draws: Draws;
  readonly effects: SessionEffect[] = [];
  state: SessionState;

  constructor(config: BfdSessionConfig, state: SessionState, nowUs: Us, draws: Draws) {
    this.config = config;
    this.state = state;
    this.nowUs = nowUs;
    this.draws = draws;
  }

  set(changes: Partial<SessionState>): void {
    this.state = { ...this.state, ...changes };
  }

  do(effect: SessionEffect): void {
    this.effects.push(effect);
  }

  log(id: string, ...args: readonly (string | number)[]): void {
    this.do({ effect: 'log', id, args: [this.config.name, ...args] });
  }

  /** Desired Min TX Interval, which is a second or more while the session is not up (section 6.8.3). */
  get desiredTxUs(): Us {
    return this.state.state === 'Up' ? this.config.minTxUs : this.config.idleTxUs;
  }

  send(answer: boolean): void {
    const { state, config } = this;
    const packet: BfdPacket = {
      state: state.state,
      diagnostic: state.diagnostic,
      // Never both in one packet (section 6.8.7).
      poll: state.polling && !answer,
      final: answer,
      authentication: false,
      demand: false,
      multiplier: config.multiplier,
      myDiscriminator: state.discriminator,
      yourDiscriminator: state.remote.discriminator,
      minTxUs: this.desiredTxUs,
      minRxUs: config.minRxUs,
    };
    this.do({ effect: 'send', packet });
  }

  /** 75 to 90 percent of the interval, as 2.2.7 was seen doing for every multiplier (section 6.8.7). */
  transmitLater(): void {
    const atUs = addUs(this.nowUs, us(this.state.txIntervalUs * (0.75 + 0.15 * this.draws.jitter())));
    this.set({ transmitAtUs: atUs });
    this.do({ effect: 'arm', timer: 'transmit', atUs });
  }

  stopTransmitting(): void {
    const { transmitAtUs: _, ...rest } = this.state;
    this.state = rest;
    this.do({ effect: 'cancel', timer: 'transmit' });
  }

  /** A shorter interval holds at once; a longer one after the packet that is due anyway. */
  setTxInterval(intervalUs: Us): void {
    const { txIntervalUs: before, transmitAtUs } = this.state;
    this.set({ txIntervalUs: intervalUs });
    if (intervalUs >= before || transmitAtUs === undefined) return;
    if (transmitAtUs > addUs(this.nowUs, intervalUs)) this.transmitLater();
  }
}

/** A passive session says nothing to a peer of which it hears nothing (section 6.8.7). */
function mayTransmit({ config, state }: SessionDraft): boolean {
  return state.state !== 'AdminDown' && !(config.passive && state.remote.discriminator === 0);
}

/** The peer hears us, and asks for no periodic packets (section 6.8.7). */
function wantsNone({ state, polling, remote }: SessionState): boolean {
  if (remote.discriminator === 0) return false;
  const inDemandMode = remote.demand && state === 'Up' && remote.state === 'Up' && !polling;
  return remote.minRxUs === 0 || inDemandMode;
}

/** The periodic packet is due. */
function transmit(draft: SessionDraft): void {
  if (!mayTransmit(draft)) {
    draft.stopTransmitting();
    return;
  }
  if (!wantsNone(draft.state)) draft.send(false);
  draft.transmitLater();
}

/** Section 6.8.6 from where the session is known. */
function receive(draft: SessionDraft, packet: BfdPacket, atUs: Us): void {
  const { remote } = draft.state;
  const news =
    remote.minTxUs !== packet.minTxUs ||
    remote.minRxUs !== packet.minRxUs ||
    remote.multiplier !== packet.multiplier;
  draft.set({
    heardAtUs: atUs,
    remote: {
      discriminator: packet.myDiscriminator,
      state: packet.state,
      diagnostic: packet.diagnostic,
      multiplier: packet.multiplier,
      minTxUs: packet.minTxUs,
      minRxUs: packet.minRxUs,
      demand: packet.demand,
    },
  });
  if (packet.final) draft.set({ polling: false });
  agree(draft, packet, news);
  follow(draft, packet);
  if (packet.poll) answer(draft);
  if (draft.state.transmitAtUs === undefined && mayTransmit(draft)) draft.transmitLater();
  draft.do({ effect: 'arm', timer: 'detect', atUs: addUs(atUs, draft.state.detectionUs) });
}

/**
 * The intervals that both sides hold to. While a session is up they change by a poll and its answer only
 * (section 6.8.3); a peer that is up while we are about to be needs no more asking.
 */
function agree(draft: SessionDraft, packet: BfdPacket, news: boolean): void {
  const { config } = draft;
  const before = draft.state;
  if (before.state !== 'Up' || packet.poll || packet.final) {
    const comesUp = before.state === 'Init' && packet.state === 'Up';
    const desiredUs = comesUp ? config.minTxUs : draft.desiredTxUs;
    draft.setTxInterval(us(Math.max(desiredUs, packet.minRxUs)));
    draft.set({ rxIntervalUs: us(Math.max(config.minRxUs, packet.minTxUs)) });
  }
  const detectionUs = us(packet.multiplier * draft.state.rxIntervalUs);
  draft.set({ detectionUs });
  const { txIntervalUs, rxIntervalUs } = draft.state;
  if (news || txIntervalUs !== before.txIntervalUs || rxIntervalUs !== before.rxIntervalUs) {
    const { minTxUs, minRxUs, multiplier } = packet;
    draft.log('bfd-parameters');
    draft.log('bfd-parameters-head');
    draft.log(
      'bfd-parameters-local',
      draft.desiredTxUs,
      config.minRxUs,
      txIntervalUs,
      config.multiplier,
      detectionUs,
    );
    const theirs = config.multiplier * txIntervalUs;
    draft.log('bfd-parameters-remote', minTxUs, minRxUs, rxIntervalUs, multiplier, theirs);
  }
  if (detectionUs !== before.detectionUs) draft.log('bfd-detection-time', detectionUs, before.detectionUs);
}

/** The state machine proper (section 6.2). */
function follow(draft: SessionDraft, packet: BfdPacket): void {
  const { state } = draft.state;
  switch (packet.state) {
    case 'AdminDown':
      if (state !== 'Down') goDown(draft, DIAG_NEIGHBOR_DOWN, false);
      return;
    case 'Down':
      if (state === 'Down') draft.set({ state: 'Init', diagnostic: DIAG_NONE });
      else if (state === 'Up') goDown(draft, DIAG_NEIGHBOR_DOWN, true);
      return;
    case 'Init':
      if (state !== 'Up') goUp(draft);
      return;
    case 'Up':
      if (state === 'Init') goUp(draft);
      return;
    default:
      assertNever(packet.state);
  }
}

function goUp(draft: SessionDraft): void {
  draft.set({ state: 'Up', diagnostic: DIAG_NONE, polling: true });
  draft.log('bfd-up');
  draft.log('bfd-polling');
  draft.do({ effect: 'tell', up: true });
}

/**
 * `telling` is false for an AdminDown of the peer, which says nothing of the path (RFC 5882 section 3.2):
 * 2.2.7 and 2.3.3 leave their trackers as they are. A session that had not come up ends without a word.
 */
function goDown(draft: SessionDraft, diagnostic: number, telling: boolean): void {
  const wasUp = draft.state.state === 'Up';
  const { remote } = draft.state;
  draft.set({ state: 'Down', diagnostic, polling: false });
  draft.set({ txIntervalUs: us(Math.max(draft.config.idleTxUs, remote.minRxUs)) });
  if (!wasUp) return;
  // So that packets of the session that was cannot be taken for those of the next one.
  draft.set({ discriminator: draft.draws.discriminator() });
  draft.log('bfd-down', diagnostic, remote.diagnostic);
  if (telling) draft.do({ effect: 'tell', up: false });
}

/** Section 6.5. The answer tells what a poll of ours would, so it ends one that waits for nothing else. */
function answer(draft: SessionDraft): void {
  const { config, state } = draft;
  draft.send(true);
  const agreed = us(Math.max(draft.desiredTxUs, state.remote.minRxUs)) === state.txIntervalUs;
  const heard = us(Math.max(config.minRxUs, state.remote.minTxUs)) === state.rxIntervalUs;
  if (agreed && heard) draft.set({ polling: false });
}

/** Nothing valid came for a detection time (sections 6.8.1 and 6.8.4). */
function detectionOver(draft: SessionDraft): void {
  const { state, heardAtUs, detectionUs, remote } = draft.state;
  const silentUs = subUs(draft.nowUs, heardAtUs);
  // A packet that was waiting to be read has put it off.
  if (silentUs < detectionUs || state === 'AdminDown') return;
  draft.set({ remote: { ...remote, discriminator: 0 } });
  if (state === 'Up') draft.log('bfd-expired', Math.floor(silentUs / 1000), silentUs - detectionUs);
  if (state !== 'Down') goDown(draft, DIAG_DETECTION_EXPIRED, true);
  if (!mayTransmit(draft)) draft.stopTransmitting();
}

/** What a reload changes without ending the session. */
function configure(draft: SessionDraft, before: BfdSessionConfig): void {
  const { config } = draft;
  const { state, remote } = draft.state;
  if (state === 'AdminDown') return;
  if (state === 'Up') {
    if (before.minTxUs === config.minTxUs && before.minRxUs === config.minRxUs) return;
    // The new intervals hold when the peer has answered (section 6.8.3).
    if (!draft.state.polling) draft.log('bfd-polling');
    draft.set({ polling: true });
  } else {
    draft.setTxInterval(us(Math.max(config.idleTxUs, remote.minRxUs)));
    if (draft.state.transmitAtUs === undefined && mayTransmit(draft)) transmit(draft);
  }
}
