/**
 * The Routing port on rtnetlink. Requests share the command socket of the kernel port; notifications have a
 * socket of their own, opened with the first subscriber, so that a busy routing table cannot make the mirror
 * of links and addresses lose anything.
 */
import type { Message } from '../netlink/message.ts';
import {
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV4_RULE,
  RTNLGRP_IPV6_ROUTE,
  RTNLGRP_IPV6_RULE,
} from '../netlink/route-constants.ts';
import { parseRoute, routeDump, writeDelRoute, writeNewRoute } from '../netlink/rtnl-route.ts';
import { parseRule, ruleDump, writeDelRule, writeNewRule } from '../netlink/rtnl-rule.ts';
import type { MessageWriter } from '../netlink/writer.ts';
import type { BufferSize } from '../ports/net.ts';
import type { KernelRoute, KernelRule, Routing, RoutingEvent, RoutingOp } from '../ports/routing.ts';
import { assertNever } from '../units.ts';
import { ENOBUFS } from './errno.ts';
import type { Commands } from './kernel-commands.ts';
import type { Loop } from './loop.ts';
import { type NetlinkSocket, openMonitorSocket } from './netlink-socket.ts';

const groups = [RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE];
const dumpAttempts = 10;

function write(writer: MessageWriter, op: RoutingOp, seq: number): void {
  switch (op.op) {
    case 'addRoute':
      writeNewRoute(writer, op.route, seq);
      return;
    case 'removeRoute':
      writeDelRoute(writer, op.route, seq);
      return;
    case 'addRule':
      writeNewRule(writer, op.rule, seq);
      return;
    case 'removeRule':
      writeDelRule(writer, op.rule, seq);
      return;
    default:
      assertNever(op);
  }
}

function eventOf(message: Message): RoutingEvent | undefined {
  const route = parseRoute(message);
  if (route !== undefined) return route.gone ? { event: 'routeGone', route: route.route } : undefined;
  const rule = parseRule(message);
  return rule?.gone ? { event: 'ruleGone', rule: rule.rule } : undefined;
}

/** As with addresses: what thousands of own writes tell must not overrun the queue. */
const unreadWrites = 512;
const deliverTimer = 'routing:deliver';

export interface LinuxRouting extends Routing {
  setBuffer(size: BufferSize): void;
  close(): void;
}

export function createRouting(loop: Loop, commands: Commands, size: BufferSize): LinuxRouting {
  const listeners: ((event: RoutingEvent) => void)[] = [];
  let monitor: NetlinkSocket | undefined;
  let bufferSize = size;
  let events: RoutingEvent[] = [];
  let unread = 0;

  function read(socket: NetlinkSocket): void {
    let overrun = false;
    unread = 0;
    for (;;) {
      const result = socket.receive((message) => {
        const event = eventOf(message);
        if (event !== undefined) events.push(event);
      });
      if (result === -ENOBUFS) overrun = true;
      else if (result < 0) break;
    }
    if (overrun) events = [{ event: 'resync' }];
  }

  function deliver(): void {
    const told = events;
    events = [];
    for (const event of told) {
      for (const listener of listeners) listener(event);
    }
  }

  function written(count: number): void {
    unread += count;
    if (unread < unreadWrites || monitor === undefined) return;
    read(monitor);
    if (events.length > 0) loop.armAt(deliverTimer, loop.now(), deliver);
  }

  /** Undefined when the tables changed during every attempt. */
  function dump<T>(request: (seq: number) => Uint8Array, read: (message: Message) => T | undefined) {
    for (let attempt = 0; attempt < dumpAttempts; attempt++) {
      const found: T[] = [];
      const result = commands.dump(request, (message) => {
        const one = read(message);
        if (one !== undefined) found.push(one);
      });
      if (result === 0) return found;
    }
    return undefined;
  }

  return {
    apply: (ops) => commands.inBatches(ops, write, written),
    held() {
      const routes = dump<KernelRoute>(routeDump, (message) => parseRoute(message)?.route);
      const rules = dump<KernelRule>(ruleDump, (message) => parseRule(message)?.rule);
      return routes === undefined || rules === undefined ? undefined : { routes, rules };
    },
    subscribe(listener) {
      listeners.push(listener);
      if (monitor !== undefined) return;
      const opened = openMonitorSocket(bufferSize, groups);
      // Without news a loss goes unnoticed, which is no reason to give up the routes.
      if (!opened.ok) return;
      const socket = opened.value;
      const drain = (): void => {
        read(socket);
        deliver();
      };
      if (loop.watch(socket.fd, drain) < 0) socket.close();
      else monitor = socket;
    },
    setBuffer(wanted) {
      bufferSize = wanted;
      monitor?.setReceiveBuffer(wanted);
    },
    close() {
      loop.cancel(deliverTimer);
      if (monitor === undefined) return;
      loop.unwatch(monitor.fd);
      monitor.close();
      monitor = undefined;
    },
  };
}
