/**
 * Vectors of the router: events in, effects out, as people write them. Every instant in an effect is shown
 * relative to the event, in microseconds, so that a vector states durations and not only their order. Adverts
 * are shown by their first six bytes on the wire (version and type, VRID, priority, count, authentication
 * type and interval in v2, centiseconds in v3): no codec of ours stands between the vector and the bytes.
 */
import type { Datagram } from '../../ports/net.ts';
import { assertNever, type Us, us } from '../../units.ts';
import { formatAddress } from '../../wire/address.ts';
import type { GarpConfig, InstanceConfig, VirtualAddress } from '../config.ts';
import type { Fault, RouterEffect, RouterEvent, StateName, StopReason, TimerName } from '../events.ts';
import { address, instance, packet, vip } from './config.ts';

type Plain = 'version' | 'basePriority' | 'initialMaster' | 'preempt' | 'lowerPrioNoAdvert' | 'family';

/** What a vector says of a configuration; the rest is that of `instance`. */
export interface VectorConfig extends Partial<Pick<InstanceConfig, Plain | 'higherPrioSendAdvert'>> {
  readonly advertIntervalUs?: number;
  readonly preemptDelayUs?: number;
  readonly vips?: readonly string[];
  readonly excludedVips?: readonly string[];
  readonly untrackedVips?: readonly string[];
  readonly garp?: Readonly<Partial<Record<keyof GarpConfig, number>>>;
}

export type VectorEvent =
  | { readonly event: 'start'; readonly adopt?: boolean }
  | {
      readonly event: 'conditions';
      readonly faults?: readonly Fault[];
      readonly waiting?: boolean;
      readonly priorityDelta?: number;
      readonly source?: string;
    }
  | {
      readonly event: 'packet';
      readonly from: string;
      readonly priority: number;
      readonly intervalUs?: number;
      readonly vips?: readonly string[];
    }
  | { readonly event: 'masterDown' }
  | { readonly event: 'timer'; readonly timer: TimerName }
  | { readonly event: 'addressLost'; readonly address: string }
  | { readonly event: 'configure'; readonly config: VectorConfig }
  | { readonly event: 'stop'; readonly reason: StopReason };

export interface VectorStep {
  readonly atUs: number;
  readonly event: VectorEvent;
  readonly effects: readonly string[];
  readonly state: StateName;
}

export interface Vector {
  /** What is shown, and the arithmetic behind every duration. */
  readonly about: readonly string[];
  readonly config: VectorConfig;
  readonly steps: readonly VectorStep[];
}

export function configOf(vector: VectorConfig): InstanceConfig {
  const { advertIntervalUs, preemptDelayUs, vips, excludedVips, untrackedVips, garp, ...plain } = vector;
  const base = instance(plain);
  const untracked = (untrackedVips ?? []).map((text) => vip(text, { track: false }));
  return {
    ...base,
    advertIntervalUs: us(advertIntervalUs ?? base.advertIntervalUs),
    preemptDelayUs: us(preemptDelayUs ?? 0),
    vips: [...(vips?.map((text) => vip(text)) ?? base.vips), ...untracked],
    excludedVips: (excludedVips ?? []).map((text) => vip(text)),
    garp: { ...base.garp, ...(garp as Partial<GarpConfig> | undefined) },
  };
}

export function eventOf(
  config: InstanceConfig,
  { atUs, event }: Pick<VectorStep, 'atUs' | 'event'>,
): RouterEvent {
  const nowUs = us(atUs);
  switch (event.event) {
    case 'start':
      return { event: 'start', adopt: event.adopt ?? false, nowUs };
    case 'conditions': {
      const { faults = [], waiting = false, priorityDelta = 0, source } = event;
      const sourceAddress = source === undefined ? {} : { sourceAddress: address(source) };
      return { event: 'conditions', conditions: { faults, waiting, priorityDelta, ...sourceAddress }, nowUs };
    }
    case 'packet':
      return { event: 'packet', packet: packet(config, { ...event, atUs }), nowUs };
    case 'masterDown':
      return { event: 'masterDown', dueAtUs: nowUs, nowUs };
    case 'timer':
      return { event: 'timer', timer: event.timer, dueAtUs: nowUs, nowUs };
    case 'addressLost': {
      const lost = [...config.vips, ...config.excludedVips].find(
        (entry) => formatAddress(entry.address) === event.address,
      );
      if (lost === undefined) throw new Error(`the vector loses ${event.address}, which is not configured`);
      return { event: 'addressLost', address: lost, nowUs };
    }
    case 'configure':
      return { event: 'configure', config: configOf(event.config), nowUs };
    case 'stop':
      return { event: 'stop', reason: event.reason, nowUs };
    default:
      return assertNever(event);
  }
}

const IPV4_HEADER = 20;

function showAdvert({ bytes, destination }: Datagram): string {
  const start = destination.length === 4 ? IPV4_HEADER : 0;
  const head = [...bytes.subarray(start, start + 6)].map((byte) => byte.toString(16).padStart(2, '0'));
  return `${head.join('')} to ${formatAddress(destination)}`;
}

const showAll = (addresses: readonly VirtualAddress[]): string =>
  addresses.map((entry) => formatAddress(entry.address)).join(' ');

export function showEffect(effect: RouterEffect, nowUs: Us): string {
  const relative = (atUs: Us): string => (atUs < nowUs ? `${atUs - nowUs}` : `+${atUs - nowUs}`);
  switch (effect.effect) {
    case 'log':
      return ['log', effect.id, ...effect.args].join(' ');
    case 'advertise': {
      const { rule } = effect;
      if (rule === undefined) return 'advertise off';
      const adverts = rule.datagrams.map(showAdvert).join(', ');
      return `advertise first ${relative(rule.firstAtUs)} period ${rule.periodUs} ${adverts}`;
    }
    case 'sendAdvert':
      return `send ${effect.copies} x ${effect.datagrams.map(showAdvert).join(', ')}`;
    case 'hold': {
      const { rule } = effect;
      if (rule === undefined) return 'hold off';
      const deadline = rule.deadlineUs === 'unchanged' ? 'unchanged' : relative(rule.deadlineUs);
      const { pattern } = rule;
      const from = pattern && `${formatAddress(pattern.source)} priority ${pattern.payload[2]}`;
      return `hold deadline ${deadline} window ${rule.windowUs} pattern ${from ?? 'none'}`;
    }
    case 'arm':
      return `arm ${effect.timer} ${relative(effect.dueAtUs)}`;
    case 'cancel':
      return `cancel ${effect.timer}`;
    case 'addresses':
      return `${effect.action} ${effect.list} ${showAll(effect.addresses)}`;
    case 'firewall':
      return `${effect.action} ${showAll(effect.addresses)}`;
    case 'routing':
      return `routing ${effect.action} routes ${effect.routes.length} rules ${effect.rules.length}`;
    case 'announce':
      return `announce ${effect.repeat} x ${showAll(effect.addresses)}`;
    case 'announceSource':
      return `announce source ${formatAddress(effect.address)}`;
    case 'state':
      return `state ${effect.from} -> ${effect.to}`;
    case 'notify':
      return `notify ${effect.state} ${effect.priority}`;
    case 'notifyLowerPriority':
      return `notify-lower-priority ${effect.priority}`;
    case 'priority':
      return `priority ${effect.from} -> ${effect.to}`;
    default:
      return assertNever(effect);
  }
}
