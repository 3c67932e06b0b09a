/** A step under construction: the next state and the ordered effects. Local to one call of `step`. */
import type { Datagram } from '../ports/net.ts';
import type { Us } from '../units.ts';
import { addUs, us } from '../units.ts';
import { buildAdverts } from './advert.ts';
import type { InstanceConfig, VirtualAddress, VirtualRoute, VirtualRule } from './config.ts';
import type { NotifyState, RouterEffect, StateName, TimerName } from './events.ts';
import { isSealed } from './seal.ts';
import type { RouterState } from './state.ts';
import { masterDownInterval } from './timing.ts';

export class Draft {
  readonly config: InstanceConfig;
  readonly nowUs: Us;
  state: RouterState;
  readonly effects: RouterEffect[] = [];

  constructor(config: InstanceConfig, state: RouterState, nowUs: Us) {
    this.config = config;
    this.state = state;
    this.nowUs = nowUs;
  }

  set(change: Partial<RouterState>): void {
    this.state = { ...this.state, ...change };
  }

  log(id: string, ...args: readonly (string | number)[]): void {
    this.effects.push({ effect: 'log', id, args: [this.config.name, ...args] });
  }

  emit(effect: RouterEffect): void {
    this.effects.push(effect);
  }

  arm(timer: TimerName, delayUs: Us): void {
    this.emit({ effect: 'arm', timer, dueAtUs: addUs(this.nowUs, delayUs) });
  }

  forgetMaster(): void {
    const { master: _gone, ...rest } = this.state;
    this.state = { ...rest, masterAdvertIntervalUs: this.config.advertIntervalUs };
  }

  notify(state: NotifyState): void {
    this.emit({ effect: 'notify', state, priority: this.state.effectivePriority });
  }

  /** Changes the state's name and everything that only lives within one state. */
  enter(name: StateName): void {
    const from = this.state.name;
    this.set({
      name,
      preemptDelay: 'idle',
      wantsMaster: false,
      reported: new Set(),
      lastTransitionUs: this.nowUs,
    });
    if (from !== name) this.emit({ effect: 'state', from, to: name });
  }

  /** (Re)states the send rule. `firstAtUs` also becomes the base of the grid of deadlines. */
  advertise(firstAtUs: Us): void {
    const source = this.state.conditions.sourceAddress;
    if (source === undefined) return;
    this.set({ advertBaseUs: firstAtUs });
    const datagrams = this.#adverts(source, this.state.effectivePriority);
    this.emit({
      effect: 'advertise',
      rule: {
        firstAtUs,
        periodUs: this.config.advertIntervalUs,
        datagrams,
        ...(isSealed(this.config) ? { sealed: true } : {}),
        ...this.#giveUp(),
      },
    });
  }

  #giveUp(): { readonly giveUpAfterUs?: Us } {
    const { version, othersPriority, advertIntervalUs, downTimerAdverts } = this.config;
    if (othersPriority === undefined) return {};
    return {
      giveUpAfterUs: masterDownInterval(version, othersPriority, advertIntervalUs, downTimerAdverts),
    };
  }

  #adverts(source: Uint8Array, priority: number): Datagram[] {
    return buildAdverts(this.config, source, priority, this.state.oldChecksumHeard);
  }

  /** Restates the send rule without moving the next advert: used when only its bytes changed. */
  readvertise(periodUs: Us): void {
    const elapsed = Math.max(0, this.nowUs - this.state.advertBaseUs);
    const next = this.state.advertBaseUs + (Math.floor(elapsed / periodUs) + 1) * periodUs;
    this.advertise(next as Us);
  }

  stopAdvertising(): void {
    this.emit({ effect: 'advertise', rule: undefined });
  }

  sendOnce(priority: number, copies = 1): void {
    const source = this.state.conditions.sourceAddress;
    if (source === undefined) return;
    const datagrams = this.#adverts(source, priority);
    this.emit({ effect: 'sendAdvert', priority, copies, datagrams });
  }

  /** The master-down timer, with the pattern that lets regular adverts of the master pass unseen. */
  hold(deadlineUs: Us | 'unchanged'): void {
    const { config, state } = this;
    const windowUs = masterDownInterval(
      config.version,
      state.effectivePriority,
      state.masterAdvertIntervalUs,
      config.downTimerAdverts,
    );
    const { master } = state;
    // Whoever waits for its sync group has to hear of the first advert that it accepts again.
    // During a delayed start the engine would move the deadline to the wrong moment.
    const delayed = addUs(this.nowUs, windowUs) < state.notBeforeUs;
    const acceptable = master?.clean && !state.wantsMaster && !delayed && this.holdsBack(master.priority);
    const pattern =
      acceptable && master.priority > 0 && master.hopLimit >= 0
        ? { source: master.source, payload: master.payload, hopLimit: master.hopLimit }
        : undefined;
    this.emit({
      effect: 'hold',
      rule: {
        deadlineUs: this.#notTooEarly(deadlineUs),
        windowUs,
        ...(pattern === undefined ? {} : { pattern }),
      },
    });
  }

  #notTooEarly(deadlineUs: Us | 'unchanged'): Us | 'unchanged' {
    if (deadlineUs === 'unchanged') return deadlineUs;
    return us(Math.max(deadlineUs, this.state.notBeforeUs));
  }

  /** Whether an advert of this priority keeps a BACKUP from taking over (RFC 9568 §6.4.2). */
  holdsBack(priority: number): boolean {
    return (
      priority >= this.state.effectivePriority ||
      !this.config.preempt ||
      this.state.preemptDelay === 'running'
    );
  }

  masterDownFromNow(): Us {
    const { config, state } = this;
    return addUs(
      this.nowUs,
      masterDownInterval(
        config.version,
        state.effectivePriority,
        state.masterAdvertIntervalUs,
        config.downTimerAdverts,
      ),
    );
  }

  addresses(
    action: 'add' | 'remove',
    vips: readonly VirtualAddress[],
    evips: readonly VirtualAddress[],
  ): void {
    const verb = action === 'add' ? 'setting' : 'removing';
    if (vips.length > 0) {
      this.log(`${verb}-vips`);
      this.emit({ effect: 'addresses', action, list: 'vips', addresses: vips });
    }
    if (evips.length > 0) {
      this.log(`${verb}-evips`);
      this.emit({ effect: 'addresses', action, list: 'evips', addresses: evips });
    }
  }

  /** Rules lead to routes and routes need addresses: on in one order, off in the other (seen with 2.2.7). */
  possess(action: 'add' | 'remove' | 'clear'): void {
    const { vips, excludedVips, routes, rules } = this.config;
    if (action === 'add') {
      this.#block([...vips, ...excludedVips]);
      this.addresses('add', vips, excludedVips);
      this.routing('add', routes, []);
      this.routing('add', [], rules);
      return;
    }
    this.routing(action, [], rules);
    this.routing(action, routes, []);
    this.addresses('remove', vips, excludedVips);
    this.#unblock([...vips, ...excludedVips]);
  }

  /** Packets are dropped before the address is there, and until it is gone. */
  #block(addresses: readonly VirtualAddress[]): void {
    if (this.config.accept || addresses.length === 0) return;
    this.log('setting-firewall');
    this.emit({ effect: 'firewall', action: 'block', addresses });
  }

  #unblock(addresses: readonly VirtualAddress[]): void {
    if (this.config.accept || addresses.length === 0) return;
    this.log('removing-firewall');
    this.emit({ effect: 'firewall', action: 'unblock', addresses });
  }

  routing(
    action: 'add' | 'remove' | 'clear',
    routes: readonly VirtualRoute[],
    rules: readonly VirtualRule[],
  ): void {
    const verb = action === 'add' ? 'setting' : 'removing';
    if (routes.length > 0) this.log(`${verb}-routes`);
    if (rules.length > 0) this.log(`${verb}-rules`);
    if (routes.length + rules.length > 0) this.emit({ effect: 'routing', action, routes, rules });
  }

  announce(repeat: number): void {
    const addresses = [...this.config.vips, ...this.config.excludedVips];
    if (addresses.length > 0 && repeat > 0) this.emit({ effect: 'announce', addresses, repeat });
  }

  /** Switches forget the virtual MAC of interfaces that send no adverts (`garp_extra_if`). */
  announceExtra(): void {
    const { vips, excludedVips, garp, interface: own } = this.config;
    const addresses = [...vips, ...excludedVips].filter(({ dev = own }) => dev !== own);
    const vmacOnly = garp.extraIfAll ? {} : ({ vmacOnly: true } as const);
    if (addresses.length > 0) this.emit({ effect: 'announce', addresses, repeat: 1, ...vmacOnly });
    this.arm('garpExtraIf', garp.extraIfUs);
  }
}
