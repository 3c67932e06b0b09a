/**
 * A netlink socket. In: requests as bytes. Out: messages of the kernel, one datagram at a time.
 * Datagrams from other processes are dropped: only port 0 is the kernel.
 */

import { u32 } from '../netlink/bytes.ts';
import {
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_CAP_ACK,
  NETLINK_EXT_ACK,
  NETLINK_GET_STRICT_CHK,
  NETLINK_ROUTE,
} from '../netlink/constants.ts';
import { NETLINK_GENERIC } from '../netlink/ipvs-constants.ts';
import { type Message, messages } from '../netlink/message.ts';
import { NETLINK_NETFILTER } from '../netlink/nftables-constants.ts';
import type { BufferSize, NetError } from '../ports/net.ts';
import { ok, type Result } from '../result.ts';
import { AF_NETLINK, MSG_TRUNC, SO_SNDBUFFORCE, SOCK_RAW, SOL_NETLINK, SOL_SOCKET } from './constants.ts';
import { ENOBUFS } from './errno.ts';
import { native } from './native.ts';
import { inNetworkNamespace } from './process.ts';
import {
  openSocket,
  option,
  optional,
  receiveBuffer,
  type SetupStep,
  setReceiveBuffer,
} from './socket-setup.ts';

export interface NetlinkSocket {
  readonly fd: number;
  /** The kernel's. */
  readonly destination: Uint8Array;
  /** Returns 0 or minus errno. */
  send(request: Uint8Array): number;
  /** Hands over the messages of one datagram. Returns 0, or minus errno (EAGAIN: nothing is waiting). */
  receive(take: (message: Message) => void): number;
  setReceiveBuffer(size: BufferSize): void;
  close(): void;
}

const sockaddrLength = 12;
/** The kernel never builds a dump datagram above 32 KiB. */
const datagramRoom = 65536;

function kernelAddress(): Uint8Array {
  const address = new Uint8Array(sockaddrLength);
  address[0] = AF_NETLINK;
  return address;
}

/** Comes before the memberships, which bind() would take away again. */
const bindStep: SetupStep = { call: 'bind', run: (fd) => native.bind(fd, kernelAddress()) };

function open(protocol: number, steps: readonly SetupStep[]): Result<NetlinkSocket, NetError> {
  const opened = openSocket(AF_NETLINK, SOCK_RAW, protocol, [bindStep, ...steps]);
  if (!opened.ok) return opened;
  const fd = opened.value;
  const destination = kernelAddress();
  const buffer = new Uint8Array(datagramRoom);
  const sender = new Uint8Array(sockaddrLength);
  const lengths = new Int32Array(3);
  return ok({
    fd,
    destination,
    send(request) {
      const sent = native.sendmsg(fd, request, destination, null, 0);
      return sent < 0 ? sent : 0;
    },
    receive(take) {
      const received = native.recvmsg(fd, buffer, sender, null, 0, lengths);
      if (received < 0) return received;
      // A cut datagram is lost facts, the same as an overrun.
      if (((lengths[2] ?? 0) & MSG_TRUNC) !== 0) return -ENOBUFS;
      if (u32(sender, 4) !== 0) return 0;
      for (const message of messages(buffer.subarray(0, received))) take(message);
      return 0;
    },
    setReceiveBuffer(size) {
      setReceiveBuffer(fd, size);
    },
    close() {
      native.close(fd);
    },
  });
}

const netlinkOption = (name: string, number: number, value: number): SetupStep =>
  option(name, SOL_NETLINK, number, value);

/** For requests and dumps: extended acknowledgements, strict checks where the kernel has them. */
export const openCommandSocket = (size: BufferSize): Result<NetlinkSocket, NetError> =>
  open(NETLINK_ROUTE, [
    receiveBuffer(size),
    optional(netlinkOption('NETLINK_EXT_ACK', NETLINK_EXT_ACK, 1)),
    optional(netlinkOption('NETLINK_CAP_ACK', NETLINK_CAP_ACK, 1)),
    optional(netlinkOption('NETLINK_GET_STRICT_CHK', NETLINK_GET_STRICT_CHK, 1)),
  ]);

/**
 * For requests of somebody who does not read the answers. What is refused fills its small buffer, and the
 * kernel drops the rest.
 */
export const openBlindSocket = (): Result<NetlinkSocket, NetError> =>
  open(NETLINK_ROUTE, [
    receiveBuffer({ bytes: 0, force: false }),
    optional(netlinkOption('NETLINK_CAP_ACK', NETLINK_CAP_ACK, 1)),
  ]);

/** For protocols of generic netlink. */
export const openGenericSocket = (bufferBytes: number): Result<NetlinkSocket, NetError> =>
  open(NETLINK_GENERIC, [
    receiveBuffer({ bytes: bufferBytes, force: true }),
    optional(netlinkOption('NETLINK_EXT_ACK', NETLINK_EXT_ACK, 1)),
    optional(netlinkOption('NETLINK_CAP_ACK', NETLINK_CAP_ACK, 1)),
  ]);

/** The same in the network namespace of this path; a socket stays where it was opened. */
export function openGenericSocketIn(path: string, bufferBytes: number): Result<NetlinkSocket, NetError> {
  const opened = inNetworkNamespace(path, () => openGenericSocket(bufferBytes));
  return opened.ok ? opened.value : opened;
}

/** For transactions of nftables, which have to leave in one piece. */
export const openFirewallSocket = (bufferBytes: number): Result<NetlinkSocket, NetError> =>
  open(NETLINK_NETFILTER, [
    receiveBuffer({ bytes: bufferBytes, force: true }),
    optional(option('SO_SNDBUFFORCE', SOL_SOCKET, SO_SNDBUFFORCE, bufferBytes)),
    optional(netlinkOption('NETLINK_EXT_ACK', NETLINK_EXT_ACK, 1)),
    optional(netlinkOption('NETLINK_CAP_ACK', NETLINK_CAP_ACK, 1)),
  ]);

const membership = (group: number): SetupStep =>
  netlinkOption('NETLINK_ADD_MEMBERSHIP', NETLINK_ADD_MEMBERSHIP, group);

/** For notifications of the given RTNLGRP_* groups; `spare` ones are missed nowhere. */
export const openMonitorSocket = (
  size: BufferSize,
  groups: readonly number[],
  spare: readonly number[] = [],
): Result<NetlinkSocket, NetError> =>
  open(NETLINK_ROUTE, [
    receiveBuffer(size),
    ...groups.map(membership),
    ...spare.map((group) => optional(membership(group))),
  ]);
