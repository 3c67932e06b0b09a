/**
 * The Net port: VRRP sockets on raw-socket.ts, ARP frames through one packet socket, neighbour
 * advertisements through one raw ICMPv6 socket. A refusal of the kernel is a value with call and errno.
 */
import type { RawDatagram } from '../engine/wire.ts';
import type { Announcement, Net, NetError, Received, VrrpSocket, VrrpSocketSpec } from '../ports/net.ts';
import { fail, ok, type Result } from '../result.ts';
import type { Us } from '../units.ts';
import {
  AF_INET6,
  AF_PACKET,
  ICMPV6_FILTER,
  IPPROTO_ICMPV6,
  IPV6_FREEBIND,
  IPV6_MULTICAST_HOPS,
  IPV6_MULTICAST_LOOP,
  SO_PRIORITY,
  SOCK_RAW,
  SOL_ICMPV6,
  SOL_IPV6,
  SOL_SOCKET,
  TC_PRIO_CONTROL,
} from './constants.ts';
import { EAGAIN, EBADF } from './errno.ts';
import type { Loop } from './loop.ts';
import { native } from './native.ts';
import { ipv6Control, rawDatagram } from './raw-datagram.ts';
import { openVrrpPair } from './raw-socket.ts';
import { createReceiver } from './receive.ts';
import { sockaddrIp, sockaddrLl } from './sockaddr.ts';
import { openSocket, option, optional, optionBytes, setReceiveBuffer } from './socket-setup.ts';

/** Datagrams per wake-up: a flood on one socket may not keep timers and other sockets waiting. */
const perWakeUp = 64;
const mostErrors = 8;
const ethernetHeaderLength = 14;
const NOTHING = new Uint8Array(0);
/** ff02::1, all nodes on the link. */
const allNodes = Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

export interface LinuxNet extends Net {
  /** How somebody else sends it. */
  raw(announcement: Announcement): Result<RawAnnouncement, NetError>;
  /** Closes the shared sockets; VRRP sockets are closed by their owners. */
  close(): void;
}

interface RawAnnouncement {
  readonly fd: number;
  readonly datagram: RawDatagram;
}

const sendResult = (call: string, sent: number): Result<void, NetError> =>
  sent < 0 ? fail({ call, errno: -sent }) : ok(undefined);

function openVrrp(
  loop: Loop,
  spec: VrrpSocketSpec,
  onPacket: (packet: Received) => void,
): Result<VrrpSocket, NetError> {
  const opened = openVrrpPair(spec);
  if (!opened.ok) return opened;
  const { fdIn, fdOut } = opened.value;
  const receiver = createReceiver(fdIn, spec.family, loop.now);
  let closed = false;

  /** Until the socket is empty, a packet came after `untilUs`, or `limit` packets were handled. */
  function read(limit: number, untilUs: Us): void {
    let errors = 0;
    for (let count = 0; count < limit && !closed; count++) {
      const packet = receiver.receive();
      if (packet === -EAGAIN) return;
      if (typeof packet === 'number') {
        // An error such as ENETDOWN belongs to the past of the socket and the next read goes on, unless
        // the descriptor itself has gone bad.
        errors += 1;
        if (errors > mostErrors) return;
        continue;
      }
      onPacket(packet);
      if (packet.atUs > untilUs) return;
    }
  }

  const forever = Number.POSITIVE_INFINITY as Us;
  const watch = (): number => loop.watch(fdIn, () => read(perWakeUp, forever));
  let reads = true;
  const watched = watch();
  if (watched < 0) {
    native.close(fdIn);
    native.close(fdOut);
    return fail({ call: 'epoll_ctl', errno: -watched });
  }
  return ok({
    spec,
    fdIn,
    fdOut,
    send(datagram) {
      if (closed) return fail({ call: 'sendmsg', errno: EBADF });
      const { address, control, data } = rawDatagram(spec, datagram);
      return sendResult('sendmsg', native.sendmsg(fdOut, data, address, control, 0));
    },
    drain() {
      if (reads) read(Number.POSITIVE_INFINITY, loop.now());
    },
    reading(on) {
      if (closed || on === reads) return;
      reads = on;
      if (on) watch();
      else loop.unwatch(fdIn);
    },
    deliver(packet) {
      if (!closed) onPacket(packet);
    },
    setReceiveBuffer(size) {
      setReceiveBuffer(fdIn, size);
    },
    close() {
      if (closed) return;
      closed = true;
      loop.unwatch(fdIn);
      native.close(fdIn);
      native.close(fdOut);
    },
  });
}

/** Opens at first use and keeps the descriptor; a failure is tried again at the next use. */
function shared(open: () => Result<number, NetError>) {
  let fd: number | undefined;
  return {
    get(): Result<number, NetError> {
      if (fd !== undefined) return ok(fd);
      const opened = open();
      if (opened.ok) fd = opened.value;
      return opened;
    },
    close(): void {
      if (fd !== undefined) native.close(fd);
      fd = undefined;
    },
  };
}

/** Protocol 0: a packet socket that only sends. */
const openPacketSocket = (): Result<number, NetError> =>
  openSocket(AF_PACKET, SOCK_RAW, 0, [option('SO_PRIORITY', SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL)]);

/** RFC 4861 §7.1.2: hop limit 255. The kernel fills in the ICMPv6 checksum; the filter blocks all types. */
const openIcmpSocket = (): Result<number, NetError> =>
  openSocket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, [
    optionBytes('ICMPV6_FILTER', SOL_ICMPV6, ICMPV6_FILTER, new Uint8Array(32).fill(0xff)),
    option('IPV6_MULTICAST_HOPS', SOL_IPV6, IPV6_MULTICAST_HOPS, 255),
    option('IPV6_MULTICAST_LOOP', SOL_IPV6, IPV6_MULTICAST_LOOP, 0),
    // The source is a VIP that the kernel may still be taking in.
    optional(option('IPV6_FREEBIND', SOL_IPV6, IPV6_FREEBIND, 1)),
    option('SO_PRIORITY', SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL),
  ]);

function rawFrame({ ifindex, frame }: Extract<Announcement, { readonly frame: Uint8Array }>): RawDatagram {
  if (frame.length < ethernetHeaderLength) throw new RangeError('not an Ethernet frame');
  return { address: sockaddrLl(ifindex, frame), control: NOTHING, data: frame };
}

function rawNa({
  ifindex,
  source,
  icmp,
}: Exclude<Announcement, { readonly frame: Uint8Array }>): RawDatagram {
  const address = sockaddrIp(6, allNodes, ifindex);
  const control = ipv6Control({ bytes: icmp, destination: allNodes, source }, ifindex);
  return { address, control, data: icmp };
}

export function createNet(loop: Loop): LinuxNet {
  const packetSocket = shared(openPacketSocket);
  const icmpSocket = shared(openIcmpSocket);

  function raw(announcement: Announcement): Result<RawAnnouncement, NetError> {
    const isFrame = 'frame' in announcement;
    const fd = (isFrame ? packetSocket : icmpSocket).get();
    return fd.ok
      ? ok({ fd: fd.value, datagram: isFrame ? rawFrame(announcement) : rawNa(announcement) })
      : fd;
  }

  function send(announcement: Announcement): Result<void, NetError> {
    const found = raw(announcement);
    if (!found.ok) return found;
    const { data, address, control } = found.value.datagram;
    return sendResult('sendmsg', native.sendmsg(found.value.fd, data, address, control, 0));
  }

  return {
    openVrrp: (spec, onPacket) => openVrrp(loop, spec, onPacket),
    raw,
    sendFrame: (ifindex, frame) => send({ ifindex, frame }),
    sendNeighbourAdvert: (ifindex, source, icmp) => send({ ifindex, source, icmp }),
    close() {
      packetSocket.close();
      icmpSocket.close();
    },
  };
}
