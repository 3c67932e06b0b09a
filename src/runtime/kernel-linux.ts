/**
 * The Kernel port on rtnetlink: one socket for requests and dumps, one for notifications.
 *
 * The mirror follows the notifications alone, own writes included, so that facts and events have one order.
 * An IPv4 address shows up in the next drain() after apply(); IPv6 notifies from a work queue a little later.
 * When the notification queue overruns (ENOBUFS) the mirror is rebuilt by dump and subscribers get `resync`.
 */
import {
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV6_IFADDR,
  RTNLGRP_IPV6_NETCONF,
  RTNLGRP_LINK,
} from '../netlink/constants.ts';
import type { Message } from '../netlink/message.ts';
import { createMirror, type Mirror, newsBetween } from '../netlink/mirror.ts';
import { addressDump, writeDelAddress, writeNewAddress } from '../netlink/rtnl-addr.ts';
import { linkDump } from '../netlink/rtnl-link.ts';
import { writeLinkOp } from '../netlink/rtnl-link-write.ts';
import type { MessageWriter } from '../netlink/writer.ts';
import type { Kernel, KernelEvent, KernelOp } from '../ports/kernel.ts';
import type { BufferSize, NetError } from '../ports/net.ts';
import type { Routing } from '../ports/routing.ts';
import { fail, ok, type Result } from '../result.ts';
import { addUs, assertNever, ms } from '../units.ts';
import { EAGAIN, ENOBUFS } from './errno.ts';
import { createCommands } from './kernel-commands.ts';
import type { Loop } from './loop.ts';
import { type NetlinkSocket, openCommandSocket, openMonitorSocket } from './netlink-socket.ts';
import { createRouting } from './routing-linux.ts';

export interface LinuxKernel extends Kernel {
  readonly routing: Routing;
  /** As at the start: what is absent gets the usual size. */
  setBuffers(buffers: KernelBuffers): void;
  close(): void;
}

/** Receive buffers. */
export interface KernelBuffers {
  readonly command?: BufferSize;
  /** Of the sockets for notifications. */
  readonly monitor?: BufferSize;
}

const usualSize: BufferSize = { bytes: 1 << 20, force: true };
/** Notifications of so many own writes fit in the usual buffer several times over. */
const unreadWrites = 512;
const deliverTimer = 'kernel:deliver';
const dumpAttempts = 10;
const resyncTimer = 'kernel:resync';
const resyncRetryUs = ms(100);

function write(writer: MessageWriter, op: KernelOp, seq: number): void {
  switch (op.op) {
    case 'addAddress':
      writeNewAddress(writer, op.spec, seq);
      return;
    case 'removeAddress':
      writeDelAddress(writer, op.spec, seq);
      return;
    default:
      assertNever(op);
  }
}

export function createKernel(loop: Loop, buffers: KernelBuffers = {}): Result<LinuxKernel, NetError> {
  const command = openCommandSocket(buffers.command ?? usualSize);
  if (!command.ok) return command;
  const facts = [RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR];
  const monitor = openMonitorSocket(buffers.monitor ?? usualSize, facts, [RTNLGRP_IPV6_NETCONF]);
  if (!monitor.ok) {
    command.value.close();
    return monitor;
  }
  const started = startKernel(loop, command.value, monitor.value, buffers.monitor ?? usualSize);
  if (!started.ok) {
    command.value.close();
    monitor.value.close();
  }
  return started;
}

/** Events in one order for everybody: a listener that drains again only adds to the queue. */
function createDelivery() {
  const listeners: ((event: KernelEvent) => void)[] = [];
  const queue: KernelEvent[] = [];
  let delivering = false;
  return {
    listeners,
    queue,
    deliver(): void {
      if (delivering) return;
      delivering = true;
      try {
        for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
          for (const listener of listeners) listener(event);
        }
      } finally {
        delivering = false;
      }
    },
  };
}

function startKernel(
  loop: Loop,
  command: NetlinkSocket,
  monitor: NetlinkSocket,
  monitorSize: BufferSize,
): Result<LinuxKernel, NetError> {
  const commands = createCommands(command);
  const { listeners, queue, deliver } = createDelivery();
  let unread = 0;
  let mirror: Mirror = createMirror();

  /** Replaces the mirror by what the kernel says now. Returns 0 or minus errno. */
  function rebuild(): number {
    let result = -EAGAIN;
    for (let attempt = 0; attempt < dumpAttempts && result < 0; attempt++) {
      const fresh = createMirror();
      const take = (message: Message): void => void fresh.take(message);
      const links = commands.dump(linkDump, take);
      const addresses = links === 0 ? commands.dump(addressDump, take) : links;
      result = addresses;
      if (result === 0) mirror = fresh;
    }
    return result;
  }

  /** Notifications may lag behind a write (IPv6), and a dump never does: what it shows is told as news. */
  function reread(): void {
    readNotifications();
    const before = mirror;
    if (rebuild() === 0) queue.push(...newsBetween(before, mirror));
    deliver();
  }

  /** Reads until nothing is waiting; true when the kernel had to drop notifications. */
  function readAll(take: (message: Message) => void): boolean {
    let overrun = false;
    for (;;) {
      const result = monitor.receive(take);
      if (result === -ENOBUFS) overrun = true;
      else if (result < 0) return overrun;
    }
  }

  function resync(): void {
    // Older notifications would only undo the dump for a moment.
    readAll(() => undefined);
    if (rebuild() === 0) queue.push({ event: 'resync' });
    else loop.armAt(resyncTimer, addUs(loop.now(), resyncRetryUs), resyncNow);
  }

  function resyncNow(): void {
    resync();
    deliver();
  }

  function readNotifications(): void {
    unread = 0;
    const overrun = readAll((message) => {
      queue.push(...mirror.take(message));
    });
    if (overrun) resync();
  }

  function drain(): void {
    readNotifications();
    deliver();
  }

  /** Thousands of own writes must not overrun the queue before the loop comes to read it. */
  function written(count: number): void {
    unread += count;
    if (unread < unreadWrites) return;
    readNotifications();
    if (queue.length > 0) loop.armAt(deliverTimer, loop.now(), deliver);
  }

  const routing = createRouting(loop, commands, monitorSize);
  const dumped = rebuild();
  if (dumped < 0) return fail({ call: 'netlink dump', errno: -dumped });
  const watched = loop.watch(monitor.fd, drain);
  if (watched < 0) return fail({ call: 'epoll_ctl', errno: -watched });

  return ok({
    links: () => mirror.links(),
    linkByName: (name) => mirror.linkByName(name),
    linkByIndex: (index) => mirror.linkByIndex(index),
    addresses: (ifindex) => mirror.addresses(ifindex),
    apply: (ops) => commands.inBatches(ops, write, written),
    changeLinks: (ops) => commands.inBatches(ops, writeLinkOp, written),
    reread,
    subscribe(listener) {
      listeners.push(listener);
    },
    drain,
    routing,
    setBuffers(sizes) {
      command.setReceiveBuffer(sizes.command ?? usualSize);
      monitor.setReceiveBuffer(sizes.monitor ?? usualSize);
      routing.setBuffer(sizes.monitor ?? usualSize);
    },
    close() {
      routing.close();
      loop.cancel(resyncTimer);
      loop.cancel(deliverTimer);
      loop.unwatch(monitor.fd);
      monitor.close();
      command.close();
    },
  });
}
