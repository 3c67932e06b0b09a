/**
 * The sessions of a BFD process over the ports. In: their configuration, datagrams, timers. Out: packets,
 * lines for the log, and which session came up or went down. A reload is a difference: a session that keeps
 * its peer keeps its state.
 */
import type { Chance } from '../ports/chance.ts';
import type { Clock } from '../ports/clock.ts';
import type { NetError } from '../ports/net.ts';
import type { Udp, UdpDatagram, UdpListener, UdpSender } from '../ports/udp.ts';
import { ok, type Result } from '../result.ts';
import { assertNever, type Family } from '../units.ts';
import { familyOf, formatAddress, sameAddress } from '../wire/address.ts';
import { BFD_MULTIHOP_PORT, BFD_PORT, type BfdPacket, decodeBfd, encodeBfd } from '../wire/bfd.ts';
import type { BfdSessionConfig } from './bfd.ts';
import { RefusalLog, type Refused } from './refusals.ts';
import { type SessionEvent, sessionStep } from './session.ts';
import { initialSession, type SessionEffect, type SessionState, type SessionTimer } from './state.ts';

/** RFC 5881 section 4. */
const SOURCE_PORTS = [49152, 65535] as const;
/** More than a peer sends in any detection time. */
const DRAIN_LIMIT = 4096;
/** Any way is short enough with one of these in `max_hops`. */
const ANY_HOPS: readonly number[] = [-1, 255];

export interface BfdPorts {
  readonly clock: Clock;
  readonly udp: Udp;
  readonly chance: Chance;
}

export interface BfdOutputs {
  readonly log: (id: string, args: readonly (string | number)[]) => void;
  readonly tell: (session: BfdSessionConfig, up: boolean) => void;
}

interface Session {
  config: BfdSessionConfig;
  state: SessionState;
  sender: UdpSender | undefined;
  /** The log knows that it cannot send. */
  sendFails: boolean;
}

interface Door {
  readonly family: Family;
  readonly port: number;
}

const doorOf = ({ neighbor, multihop }: BfdSessionConfig): Door => ({
  family: familyOf(neighbor),
  port: multihop ? BFD_MULTIHOP_PORT : BFD_PORT,
});
const doorKey = ({ family, port }: Door): string => `${family} ${port}`;
const sameDoor = (a: Door, b: Door): boolean => a.family === b.family && a.port === b.port;

export class BfdHost {
  readonly #ports: BfdPorts;
  readonly #outputs: BfdOutputs;
  readonly #refusals: RefusalLog;
  readonly #listeners = new Map<string, UdpListener>();
  readonly #sessions = new Map<string, Session>();

  constructor(ports: BfdPorts, outputs: BfdOutputs) {
    this.#ports = ports;
    this.#outputs = outputs;
    this.#refusals = new RefusalLog(outputs.log);
  }

  /**
   * Opens what the sessions listen on. Without that no session can come up, so it comes first; what is open
   * stays so, for a peer that has yet to notice and for the next reload.
   */
  listen(configs: readonly BfdSessionConfig[]): Result<void, NetError> {
    const doors = new Map(configs.map((config) => [doorKey(doorOf(config)), doorOf(config)]));
    for (const [key, door] of doors) {
      if (this.#listeners.has(key)) continue;
      const opened = this.#ports.udp.listen(door.family, door.port, (datagram) => this.#take(door, datagram));
      if (!opened.ok) return opened;
      this.#listeners.set(key, opened.value);
    }
    return ok(undefined);
  }

  /** Brings the sessions to these configurations, and tells of each. */
  configure(configs: readonly BfdSessionConfig[]): void {
    const wanted = new Map(configs.map((config) => [config.name, config]));
    for (const session of [...this.#sessions.values()]) {
      const config = wanted.get(session.config.name);
      const kept = config !== undefined && samePeer(session.config, config) && session.sender !== undefined;
      if (!kept) this.#remove(session);
    }
    for (const config of configs) {
      const session = this.#sessions.get(config.name);
      if (session === undefined) this.#add(config);
      else this.#change(session, config);
    }
    for (const { config, state } of this.#sessions.values()) this.#outputs.tell(config, state.state === 'Up');
  }

  /** Which sessions there are, and whether they are up. */
  report(): { readonly config: BfdSessionConfig; readonly state: SessionState }[] {
    return [...this.#sessions.values()].map(({ config, state }) => ({ config, state }));
  }

  states(): (readonly [config: BfdSessionConfig, up: boolean])[] {
    return [...this.#sessions.values()].map(({ config, state }) => [config, state.state === 'Up']);
  }

  /**
   * Peers are left to find out: a keepalived that is told AdminDown would go on counting the path as up.
   */
  close(): void {
    for (const session of [...this.#sessions.values()]) this.#remove(session);
    for (const listener of this.#listeners.values()) listener.close();
    this.#listeners.clear();
  }

  #add(config: BfdSessionConfig): void {
    const state = initialSession(this.#freeDiscriminator(), config.idleTxUs);
    const session: Session = { config, state, sender: undefined, sendFails: false };
    this.#sessions.set(config.name, session);
    this.#open(session);
    if (session.sender !== undefined) this.#step(session, { event: 'start', nowUs: this.#ports.clock.now() });
  }

  #remove(session: Session): void {
    this.#ports.clock.cancel(timerName(session, 'transmit'));
    this.#ports.clock.cancel(timerName(session, 'detect'));
    session.sender?.close();
    this.#sessions.delete(session.config.name);
  }

  #change(session: Session, config: BfdSessionConfig): void {
    const before = session.config;
    session.config = config;
    if (before.ttl !== config.ttl) {
      session.sender?.close();
      this.#open(session);
    }
    this.#step(session, { event: 'configure', nowUs: this.#ports.clock.now(), before });
  }

  /** A session whose source address is not there is out of service until a reload finds it. */
  #open(session: Session): void {
    const { name, neighbor, source, ttl } = session.config;
    const opened = this.#ports.udp.openSender({
      family: familyOf(neighbor),
      ...(source === undefined ? {} : { source }),
      hopLimit: ttl,
      ports: SOURCE_PORTS,
    });
    session.sender = opened.ok ? opened.value : undefined;
    if (opened.ok) return;
    this.#outputs.log('bfd-output-error', [name, opened.error.call, opened.error.errno]);
    this.#outputs.log('bfd-no-output', [name]);
    this.#step(session, { event: 'disable', nowUs: this.#ports.clock.now() });
  }

  #freeDiscriminator(): number {
    for (;;) {
      const drawn = 1 + Math.floor(this.#ports.chance.next() * 0xffffffff);
      if (this.#byDiscriminator(drawn) === undefined) return drawn;
    }
  }

  #byDiscriminator(discriminator: number): Session | undefined {
    for (const session of this.#sessions.values()) {
      if (session.state.discriminator === discriminator) return session;
    }
    return undefined;
  }

  #step(session: Session, event: SessionEvent): void {
    const draws = {
      jitter: () => this.#ports.chance.next(),
      discriminator: () => this.#freeDiscriminator(),
    };
    const { state, effects } = sessionStep(session.config, session.state, event, draws);
    session.state = state;
    for (const effect of effects) this.#run(session, effect);
  }

  #run(session: Session, effect: SessionEffect): void {
    switch (effect.effect) {
      case 'send':
        this.#send(session, effect.packet);
        break;
      case 'arm': {
        const { timer, atUs } = effect;
        this.#ports.clock.armAt(timerName(session, timer), atUs, () => this.#fire(session, timer));
        break;
      }
      case 'cancel':
        this.#ports.clock.cancel(timerName(session, effect.timer));
        break;
      case 'tell':
        this.#outputs.tell(session.config, effect.up);
        break;
      case 'log':
        this.#outputs.log(effect.id, effect.args);
        break;
      default:
        assertNever(effect);
    }
  }

  #fire(session: Session, timer: SessionTimer): void {
    // A process that was held up finds packets waiting: they count before their absence does.
    if (timer === 'detect') this.#listeners.get(doorKey(doorOf(session.config)))?.drain(DRAIN_LIMIT);
    this.#step(session, { event: 'timer', nowUs: this.#ports.clock.now(), timer });
  }

  #send(session: Session, packet: BfdPacket): void {
    const { config, sender } = session;
    const sent = sender?.send(encodeBfd(packet), config.neighbor, doorOf(config).port);
    if (sent === undefined) return;
    if (!sent.ok && !session.sendFails) {
      this.#outputs.log('bfd-send-error', [sent.error.call, sent.error.errno]);
      this.#outputs.log('bfd-not-sent', [config.name]);
    }
    session.sendFails = !sent.ok;
  }

  #take(door: Door, datagram: UdpDatagram): void {
    const nowUs = this.#ports.clock.now();
    const judged = this.#judge(door, datagram);
    if ('session' in judged) {
      const { session, packet } = judged;
      this.#step(session, { event: 'packet', nowUs, atUs: datagram.atUs, packet });
      return;
    }
    this.#refusals.say(judged, formatAddress(datagram.source), datagram.sourcePort, nowUs);
  }

  /** RFC 5880 section 6.8.6 up to where the session acts, and the distance that RFC 5881 section 5 allows. */
  #judge(door: Door, datagram: UdpDatagram): { session: Session; packet: BfdPacket } | Refused {
    const decoded = decodeBfd(datagram.bytes);
    if (!decoded.ok) return { refused: 'bogus', problem: decoded.error };
    const packet = decoded.value;
    const session = this.#sessionFor(door, datagram, packet);
    if (session === undefined) return { refused: 'no-session', discriminator: packet.yourDiscriminator };
    const { ttl, maxHops } = session.config;
    const least = ANY_HOPS.includes(maxHops) ? 0 : ttl - maxHops;
    const { hopLimit } = datagram;
    if (hopLimit < least) return { refused: 'far', family: door.family, hopLimit, least };
    if (packet.authentication) return { refused: 'authentication' };
    return { session, packet };
  }

  /** By the discriminator that the peer learnt from us; before that by the two addresses. */
  #sessionFor(door: Door, datagram: UdpDatagram, packet: BfdPacket): Session | undefined {
    const { yourDiscriminator } = packet;
    const named = yourDiscriminator === 0 ? undefined : this.#byDiscriminator(yourDiscriminator);
    const candidates =
      yourDiscriminator === 0 ? [...this.#sessions.values()].filter(heardOf(datagram)) : [named];
    return candidates.find((session) => session !== undefined && sameDoor(doorOf(session.config), door));
  }
}

const timerName = ({ config }: Session, timer: SessionTimer): string => `bfd ${timer} ${config.name}`;

/** Whether a reload can keep what the session has learnt. */
function samePeer(a: BfdSessionConfig, b: BfdSessionConfig): boolean {
  const sameSource =
    a.source === undefined || b.source === undefined
      ? a.source === b.source
      : sameAddress(a.source, b.source);
  return sameSource && sameAddress(a.neighbor, b.neighbor) && a.multihop === b.multihop;
}

const heardOf =
  ({ source, destination }: UdpDatagram) =>
  ({ config }: Session): boolean =>
    sameAddress(config.neighbor, source) &&
    (config.source === undefined || sameAddress(config.source, destination));
