/** Carries out the effects of the core through the ports, in the order in which the core gives them. */
import type { SoftEngine } from '../engine/soft.ts';
import type { Clock } from '../ports/clock.ts';
import type { Link } from '../ports/kernel.ts';
import type { Datagram } from '../ports/net.ts';
import { assertNever, type Us, us } from '../units.ts';
import { formatAddress } from '../wire/address.ts';
import type { AddressKeeper } from './address-keeper.ts';
import type { Announcer } from './announcer.ts';
import type { VirtualAddress } from './config.ts';
import type { RouterEffect, RouterEvent } from './events.ts';
import type { FirewallKeeper } from './firewall-keeper.ts';
import type { Holdings } from './holdings.ts';
import { InstanceTimers } from './instance-timers.ts';
import type { Instances, Log, Running, VrrpOutputs } from './running.ts';
import type { SocketPool } from './socket-pool.ts';

const ENETDOWN = 100;
const ENETUNREACH = 101;
const VIRTUAL_MAC = [0x00, 0x00, 0x5e, 0x00];

export interface EffectParts {
  readonly instances: Instances;
  readonly clock: Clock;
  readonly pool: SocketPool;
  readonly engine: SoftEngine;
  readonly announcer: Announcer;
  readonly addresses: AddressKeeper;
  readonly holdings: Holdings;
  readonly firewall: FirewallKeeper;
  readonly out: VrrpOutputs;
  readonly log: Log;
  /** The datagrams of a round as they have to leave: see seal.ts. */
  readonly seal: (name: string, datagrams: readonly Datagram[]) => readonly Datagram[];
  readonly dispatch: (name: string, event: RouterEvent) => void;
}

/** A macvlan with a virtual router MAC address (RFC 9568 §7.3). */
const isVmac = (link: Link | undefined): boolean =>
  link?.kind === 'macvlan' && VIRTUAL_MAC.every((byte, at) => link.mac[at] === byte);

export class EffectRunner {
  readonly #parts: EffectParts;
  readonly #timers: InstanceTimers;

  constructor(parts: EffectParts) {
    this.#parts = parts;
    this.#timers = new InstanceTimers(parts.clock);
  }

  carryOut(running: Running, effect: RouterEffect, decidedAtUs: Us): void {
    const { name } = running.config;
    const { engine, out, log } = this.#parts;
    switch (effect.effect) {
      case 'log':
        log(effect.id, effect.args);
        break;
      case 'advertise':
        engine.setSend(name, effect.rule);
        break;
      case 'sendAdvert':
        this.#sendAdvert(running, effect);
        break;
      case 'hold':
        engine.setHold(name, effect.rule);
        break;
      case 'arm':
        this.#arm(name, effect, decidedAtUs);
        break;
      case 'cancel':
        this.#timers.cancel(name, effect.timer);
        break;
      case 'addresses':
        this.#parts.addresses.apply(effect.action, effect.addresses, running.config);
        break;
      case 'firewall':
        this.#filter(running, effect);
        break;
      case 'routing':
        this.#parts.holdings.carryOut(name, effect);
        break;
      case 'announce':
        this.#announce(running, effect);
        break;
      case 'announceSource':
        this.#announceSource(running, effect.address);
        break;
      case 'state':
        out.state(name, effect.from, effect.to);
        break;
      case 'notify':
        out.notify(name, effect.state, effect.priority);
        break;
      case 'notifyLowerPriority':
        out.notifyLowerPriority(name, effect.priority);
        break;
      case 'priority':
        out.priority(name, effect.from, effect.to);
        break;
      default:
        assertNever(effect);
    }
  }

  #filter({ config }: Running, { action, addresses }: Extract<RouterEffect, { effect: 'firewall' }>): void {
    const found = addresses.flatMap((address) => {
      const link = this.#parts.addresses.linkOf(address, config);
      return link === undefined ? [] : [{ ...address, ifindex: link.index }];
    });
    this.#parts.firewall[action](found);
  }

  #announce(running: Running, effect: Extract<RouterEffect, { effect: 'announce' }>): void {
    const { addresses, announcer, engine } = this.#parts;
    const { name } = running.config;
    const wanted = (address: VirtualAddress): boolean =>
      !effect.vmacOnly || isVmac(addresses.linkOf(address, running.config));
    const first = engine.announced(name) ? 'sent' : 'to be sent';
    const stillWanted = (): boolean => this.#isMaster(name);
    announcer.announce(name, effect.addresses.filter(wanted), effect.repeat, stillWanted, first);
  }

  #announceSource({ config }: Running, address: Uint8Array): void {
    const { addresses, announcer, log } = this.#parts;
    const link = addresses.linkNamed(config.interface);
    if (link === undefined) return;
    log(config.family === 4 ? 'source-garp' : 'source-na', [config.name, formatAddress(address)]);
    announcer.announceOwn(address, link);
  }

  #isMaster(name: string): boolean {
    return this.#parts.instances.get(name)?.state.name === 'MASTER';
  }

  /** A delay counts from the moment the effects before it are done: a burst of announcements takes time. */
  #arm(name: string, effect: Extract<RouterEffect, { effect: 'arm' }>, decidedAtUs: Us): void {
    const { clock, dispatch } = this.#parts;
    const { timer } = effect;
    const due = us(effect.dueAtUs + clock.now() - decidedAtUs);
    this.#timers.arm(name, timer, due, (dueAtUs, nowUs) =>
      dispatch(name, { event: 'timer', timer, dueAtUs, nowUs }),
    );
  }

  #sendAdvert(running: Running, effect: Extract<RouterEffect, { effect: 'sendAdvert' }>): void {
    const { name } = running.config;
    let sent = 0;
    for (let copy = 0; copy < effect.copies; copy++) {
      for (const datagram of this.#parts.seal(name, effect.datagrams)) {
        const result = this.#parts.pool.send(name, datagram);
        // Nothing leaves an interface that is down, which the log has said already.
        const silent = !result.ok && (result.error.errno === ENETDOWN || result.error.errno === ENETUNREACH);
        if (result.ok || silent) continue;
        const { errno } = result.error;
        const unicast = running.config.unicastPeers.length > 0;
        if (unicast)
          this.#parts.log('unicast-advert-error', [name, formatAddress(datagram.destination), errno]);
        else this.#parts.log('send-advert-error', [name, errno]);
      }
      sent += 1;
    }
    const { stats } = running.state;
    running.state = {
      ...running.state,
      stats: {
        ...stats,
        advertSent: stats.advertSent + sent,
        priZeroSent: stats.priZeroSent + (effect.priority === 0 ? sent : 0),
      },
    };
  }
}
