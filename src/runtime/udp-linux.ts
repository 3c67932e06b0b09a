/**
 * The Udp port. A listener is a socket of one family, so that a host without the other family is none the
 * worse; a sender has a local port of its own in the range that the protocol asks for.
 */
import { randomInt } from 'node:crypto';
import type { NetError } from '../ports/net.ts';
import type { Udp, UdpDatagram, UdpListener, UdpSender, UdpSenderSpec } from '../ports/udp.ts';
import { fail, ok, type Result } from '../result.ts';
import type { Family } from '../units.ts';
import {
  AF_INET,
  AF_INET6,
  IP_PKTINFO,
  IP_RECVTTL,
  IP_TTL,
  IPV6_RECVHOPLIMIT,
  IPV6_RECVPKTINFO,
  IPV6_UNICAST_HOPS,
  IPV6_V6ONLY,
  SO_PRIORITY,
  SO_TIMESTAMPNS,
  SOCK_DGRAM,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
  TC_PRIO_CONTROL,
} from './constants.ts';
import { EADDRINUSE, EAGAIN } from './errno.ts';
import type { Loop } from './loop.ts';
import { native } from './native.ts';
import { createUdpReceiver } from './receive.ts';
import { sockaddrIp } from './sockaddr.ts';
import { openSocket, option, optional, type SetupStep } from './socket-setup.ts';

/** Datagrams per wake-up: a flood may not keep timers waiting. */
const perWakeUp = 64;
const portTries = 32;

const domainOf = (family: Family): number => (family === 4 ? AF_INET : AF_INET6);
const anyAddress = (family: Family): Uint8Array => new Uint8Array(family === 4 ? 4 : 16);

const bindTo = (family: Family, address: Uint8Array, port: number): SetupStep => ({
  call: 'bind',
  run: (fd) => native.bind(fd, sockaddrIp(family, address, 0, port)),
});

const ancillary = (family: Family): SetupStep[] =>
  family === 4
    ? [option('IP_RECVTTL', SOL_IP, IP_RECVTTL, 1), option('IP_PKTINFO', SOL_IP, IP_PKTINFO, 1)]
    : [
        option('IPV6_V6ONLY', SOL_IPV6, IPV6_V6ONLY, 1),
        option('IPV6_RECVHOPLIMIT', SOL_IPV6, IPV6_RECVHOPLIMIT, 1),
        option('IPV6_RECVPKTINFO', SOL_IPV6, IPV6_RECVPKTINFO, 1),
      ];

function listen(
  loop: Loop,
  family: Family,
  port: number,
  take: (datagram: UdpDatagram) => void,
): Result<UdpListener, NetError> {
  const opened = openSocket(domainOf(family), SOCK_DGRAM, 0, [
    ...ancillary(family),
    optional(option('SO_TIMESTAMPNS', SOL_SOCKET, SO_TIMESTAMPNS, 1)),
    bindTo(family, anyAddress(family), port),
  ]);
  if (!opened.ok) return opened;
  const fd = opened.value;
  const receiver = createUdpReceiver(fd, family, loop.now);
  let closed = false;
  const read = (limit: number): void => {
    for (let count = 0; count < limit && !closed; count++) {
      const datagram = receiver.receive();
      if (datagram === -EAGAIN) return;
      if (typeof datagram !== 'number') take(datagram);
    }
  };
  const watched = loop.watch(fd, () => read(perWakeUp));
  if (watched < 0) {
    native.close(fd);
    return fail({ call: 'epoll_ctl', errno: -watched });
  }
  return ok({
    drain: (limit) => read(limit),
    close() {
      closed = true;
      loop.unwatch(fd);
      native.close(fd);
    },
  });
}

/** A port that somebody else has is no reason to give up: the range has thousands. */
function openOnFreePort(spec: UdpSenderSpec): Result<number, NetError> {
  const { family, source = anyAddress(family), hopLimit, ports } = spec;
  const ttl =
    family === 4
      ? option('IP_TTL', SOL_IP, IP_TTL, hopLimit)
      : option('IPV6_UNICAST_HOPS', SOL_IPV6, IPV6_UNICAST_HOPS, hopLimit);
  for (let tried = 1; ; tried++) {
    const opened = openSocket(domainOf(family), SOCK_DGRAM, 0, [
      bindTo(family, source, randomInt(ports[0], ports[1] + 1)),
      ttl,
      optional(option('SO_PRIORITY', SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL)),
    ]);
    if (opened.ok || opened.error.errno !== EADDRINUSE || tried === portTries) return opened;
  }
}

function openSender(spec: UdpSenderSpec): Result<UdpSender, NetError> {
  const opened = openOnFreePort(spec);
  if (!opened.ok) return opened;
  const fd = opened.value;
  return ok({
    send(bytes, destination, port) {
      const to = sockaddrIp(spec.family, destination, 0, port);
      const sent = native.sendmsg(fd, bytes, to, null, 0);
      return sent < 0 ? fail({ call: 'sendto', errno: -sent }) : ok(undefined);
    },
    close: () => {
      native.close(fd);
    },
  });
}

export function createUdp(loop: Loop): Udp {
  return { listen: (family, port, take) => listen(loop, family, port, take), openSender };
}
