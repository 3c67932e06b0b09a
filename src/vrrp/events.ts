/**
 * What happens to a virtual router and what it wants done: the whole surface between the pure core and the
 * rest. Events carry the time they happened; effects are carried out in order, and the order is part of
 * the contract (an address is added before it is announced, prio 0 is sent before addresses go).
 */
import type { HoldRule, SendRule } from '../engine/rules.ts';
import type { Datagram } from '../ports/net.ts';
import type { Us } from '../units.ts';
import type { InstanceConfig, VirtualAddress, VirtualRoute, VirtualRule } from './config.ts';
import type { IncomingPacket } from './receive.ts';

export type StateName = 'INIT' | 'BACKUP' | 'MASTER' | 'FAULT' | 'STOP';

/** States as notify scripts, FIFO lines and mails name them. */
export type NotifyState = 'MASTER' | 'BACKUP' | 'FAULT' | 'STOP' | 'DELETED';

/** `replaced`: a reload made another virtual router of it, and nobody is told of a state. */
export type StopReason = 'shutdown' | 'deleted' | 'replaced';

/**
 * Starting goes through four stages, which a process takes with all of its instances together (seen with
 * 2.2.7): what keeps an instance from running, FAULT, addresses left over, BACKUP.
 */
export type StartStage = 'causes' | 'faults' | 'clear' | 'begin';
export const START_STAGES: readonly StartStage[] = ['causes', 'faults', 'clear', 'begin'];

/** What a sync group says of its other members to one that starts. */
export interface GroupAtStart {
  /** Another member has a fault. */
  readonly faulty: boolean;
  /** Another member waits for a script. */
  readonly waits: boolean;
  /** Every member is an address owner with `state MASTER`: only then none of them waits. */
  readonly ownersOnly: boolean;
}

export type TimerName = 'preemptDelay' | 'garpDelayed' | 'garpRefresh' | 'garpLowerPrio' | 'garpExtraIf';

/** An advert that passed every receive check (vrrp/receive.ts). */
export interface ReceivedAdvert {
  readonly source: Uint8Array;
  readonly priority: number;
  readonly intervalUs: Us;
  readonly hopLimit: number;
  /**
   * True when nothing about it is worth counting, logging or verifying, so that the engine may hold it back.
   */
  readonly clean: boolean;
  /** Bytes after the IP header, for the hold rule. */
  readonly payload: Uint8Array;
}

/** Why an instance cannot run. A set computed from current facts, never a counter. */
export type Fault =
  | { readonly kind: 'no-interface' }
  | { readonly kind: 'interface-down'; readonly interface: string }
  | { readonly kind: 'no-source-address' }
  /** No interface has the address that unicast is to come from. */
  | { readonly kind: 'foreign-source' }
  | { readonly kind: 'no-peers' }
  | { readonly kind: 'script'; readonly name: string }
  /** `status`: the number in the file times its weight, or -254 with weight 0. */
  | { readonly kind: 'file'; readonly name: string; readonly status: number }
  | { readonly kind: 'process'; readonly name: string }
  | { readonly kind: 'bfd'; readonly name: string }
  | { readonly kind: 'tracked-interface'; readonly interface: string }
  | { readonly kind: 'socket'; readonly call: string; readonly errno: number }
  | { readonly kind: 'address'; readonly address: string };

/** What the trackers and the kernel say about an instance now. */
export interface Conditions {
  readonly faults: readonly Fault[];
  /** Tracked scripts with weight 0 whose first result is still missing: the instance waits in INIT. */
  readonly waiting: boolean;
  /** Sum of the weights of tracked objects, before clamping. */
  readonly priorityDelta: number;
  /** Primary IPv4 or link-local IPv6 address to send from; absent when the interface has none. */
  readonly sourceAddress?: Uint8Array;
}

export type RouterEvent =
  /** `adopt`: the process that ran this instance as MASTER died, and its peers do not know it yet. */
  | {
      readonly event: 'start';
      readonly adopt: boolean;
      /** Absent = all of them. */
      readonly stage?: StartStage;
      readonly group?: GroupAtStart;
      /** vrrp_startup_delay and vrrp_delay_after_boot: the timer of a BACKUP starts that much later. */
      readonly delayUs?: Us;
      readonly nowUs: Us;
    }
  | {
      readonly event: 'conditions';
      readonly conditions: Conditions;
      /** Another member of the sync group has a fault or waits, so this one cannot leave FAULT or INIT. */
      readonly held?: boolean;
      readonly nowUs: Us;
    }
  | { readonly event: 'packet'; readonly packet: IncomingPacket; readonly nowUs: Us }
  | { readonly event: 'masterDown'; readonly dueAtUs: Us; readonly nowUs: Us }
  /** An advert is so late that others have taken over, if there are any: the send rule ended without it. */
  | { readonly event: 'advertLate'; readonly nowUs: Us }
  /** Somebody wants a master to announce its addresses once. */
  | { readonly event: 'announce'; readonly nowUs: Us }
  /** The timer ran out, but other members of the sync group still hear their masters. */
  | { readonly event: 'masterDownHeld'; readonly nowUs: Us }
  /** Another member of the sync group changed state. `addressLost`: because it lost an address. */
  | {
      readonly event: 'sync';
      readonly to: 'MASTER' | 'BACKUP' | 'FAULT';
      readonly addressLost?: boolean;
      readonly nowUs: Us;
    }
  | { readonly event: 'timer'; readonly timer: TimerName; readonly dueAtUs: Us; readonly nowUs: Us }
  /** An address of ours vanished from the kernel without our doing. */
  | { readonly event: 'addressLost'; readonly address: VirtualAddress; readonly nowUs: Us }
  /** A tracked route or rule of ours vanished from the kernel without our doing. */
  | { readonly event: 'routeLost'; readonly nowUs: Us }
  /** An interface was switched off and on, which costs a master the routes through it. */
  | { readonly event: 'routesDropped'; readonly nowUs: Us }
  /** A reload changed the configuration of a running instance. */
  | { readonly event: 'configure'; readonly config: InstanceConfig; readonly nowUs: Us }
  | { readonly event: 'stop'; readonly reason: StopReason; readonly nowUs: Us };

export type RouterEffect =
  | { readonly effect: 'log'; readonly id: string; readonly args: readonly (string | number)[] }
  /** Send rule: replaces the one before; absent stops the adverts. */
  | { readonly effect: 'advertise'; readonly rule: SendRule | undefined }
  /** Outside the rule: prio 0 on the way out, or the answer that higher_prio_send_advert asks for. */
  | {
      readonly effect: 'sendAdvert';
      readonly priority: number;
      readonly copies: number;
      readonly datagrams: readonly Datagram[];
    }
  | { readonly effect: 'hold'; readonly rule: HoldRule | undefined }
  | { readonly effect: 'arm'; readonly timer: TimerName; readonly dueAtUs: Us }
  | { readonly effect: 'cancel'; readonly timer: TimerName }
  | {
      readonly effect: 'addresses';
      readonly action: 'add' | 'remove';
      readonly list: 'vips' | 'evips';
      readonly addresses: readonly VirtualAddress[];
    }
  /** Packets from and to these addresses are dropped from now on, or no longer (no_accept). */
  | {
      readonly effect: 'firewall';
      readonly action: 'block' | 'unblock';
      readonly addresses: readonly VirtualAddress[];
    }
  /** `clear` takes off what a predecessor may have left; the two others act on what is known to be there. */
  | {
      readonly effect: 'routing';
      readonly action: 'add' | 'remove' | 'clear';
      readonly routes: readonly VirtualRoute[];
      readonly rules: readonly VirtualRule[];
    }
  /** `repeat` rounds of one GARP or NA per address. `vmacOnly`: of those on a VMAC. */
  | {
      readonly effect: 'announce';
      readonly addresses: readonly VirtualAddress[];
      readonly repeat: number;
      readonly vmacOnly?: true;
    }
  /** One GARP or NA for the address that unicast comes from. */
  | { readonly effect: 'announceSource'; readonly address: Uint8Array }
  | { readonly effect: 'state'; readonly from: StateName; readonly to: StateName }
  | { readonly effect: 'notify'; readonly state: NotifyState; readonly priority: number }
  | { readonly effect: 'notifyLowerPriority'; readonly priority: number }
  | { readonly effect: 'priority'; readonly from: number; readonly to: number };
