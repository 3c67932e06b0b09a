/**
 * The rule process of a simulated host: it sends on time whatever the VRRP process does, and it can die. In:
 * rules. Out: datagrams through the sockets that came with them.
 */
import type { VrrpSocket } from '../ports/net.ts';
import type { RuleListener, RuleProcess, SendCounts, SteadySend } from '../ports/rule-process.ts';
import { addUs, type Us } from '../units.ts';
import type { World } from './world.ts';

interface Rule {
  readonly socket: VrrpSocket;
  readonly send: SteadySend;
  nextUs: Us;
  sent: number;
  lastUs: Us | undefined;
}

export class SimRules implements RuleProcess {
  readonly #world: World;
  readonly #rules = new Map<string, Rule>();
  #listener: RuleListener | undefined;
  #alive = true;

  constructor(world: World) {
    this.#world = world;
  }

  listen(listener: RuleListener): void {
    this.#listener = listener;
  }

  setSend(instance: string, socket: VrrpSocket, send: SteadySend): boolean {
    if (!this.#alive) return false;
    const before = this.#rules.get(instance);
    const { sent, lastUs } = before ?? { sent: 0, lastUs: undefined };
    const rule: Rule = { socket, send, nextUs: send.firstAtUs, sent, lastUs };
    this.#rules.set(instance, rule);
    this.#arm(instance, rule);
    return true;
  }

  #arm(instance: string, rule: Rule): void {
    this.#world.at(rule.nextUs, () => {
      if (this.#rules.get(instance) !== rule) return;
      for (const datagram of rule.send.datagrams) rule.socket.send(datagram);
      rule.sent += 1;
      rule.lastUs = this.#world.nowUs;
      rule.nextUs = addUs(rule.nextUs, rule.send.periodUs);
      this.#arm(instance, rule);
    });
  }

  cancelSend(instance: string): SendCounts | undefined {
    const counts = this.counts(instance);
    this.#rules.delete(instance);
    return counts;
  }

  counts(instance: string): SendCounts | undefined {
    const rule = this.#rules.get(instance);
    if (rule === undefined) return undefined;
    const { sent, lastUs, nextUs } = rule;
    return { sent, nextUs, ...(lastUs === undefined ? {} : { lastUs }) };
  }

  retain(): void {}

  /** The rules are lost with it, and nobody knows yet. */
  die(): void {
    this.#alive = false;
    this.#rules.clear();
  }

  /** Its successor, which the VRRP process hears of when it looks. */
  begin(): void {
    this.#alive = true;
    this.#listener?.restate();
  }
}
