/**
 * The pair of raw sockets of one VRRP interface and family: `in` receives one IP protocol, `out` sends.
 * Two, because the sender of IPv4 writes its own IP header (IP_HDRINCL) and must not receive anything.
 * RFC 9568 §5.1.1.3, §5.1.2.3: TTL / hop limit 255; §7.2: the group is reached through this interface only.
 */
import { BIND, type NetError, type VrrpSocketSpec } from '../ports/net.ts';
import { ok, type Result } from '../result.ts';
import {
  AF_INET,
  AF_INET6,
  IP_ADD_MEMBERSHIP,
  IP_HDRINCL,
  IP_MULTICAST_ALL,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IP_PKTINFO,
  IPPROTO_RAW,
  IPV6_FREEBIND,
  IPV6_JOIN_GROUP,
  IPV6_MULTICAST_ALL,
  IPV6_MULTICAST_HOPS,
  IPV6_MULTICAST_IF,
  IPV6_MULTICAST_LOOP,
  IPV6_RECVHOPLIMIT,
  IPV6_RECVPKTINFO,
  IPV6_TCLASS,
  SO_BINDTODEVICE,
  SO_PRIORITY,
  SO_TIMESTAMPNS,
  SOCK_RAW,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
  TC_PRIO_CONTROL,
} from './constants.ts';
import { native } from './native.ts';
import { ipMreqn, ipv6Mreq, sockaddrIp } from './sockaddr.ts';
import { openSocket, option, optional, optionBytes, type SetupStep } from './socket-setup.ts';

const anyIpv4 = new Uint8Array(4);
/** DSCP CS6, network control, in the TOS octet. */
const networkControl = 0xc0;
const hopLimit = 255;

/** Classic BPF `ret #0`: accept no byte of any packet. */
const dropEverything = Uint8Array.of(0x06, 0, 0, 0, 0, 0, 0, 0);

function toDevice(spec: VrrpSocketSpec): SetupStep[] {
  const device = spec.ifindex === 0 ? spec.vrf?.name : spec.ifname;
  return device === undefined ? [] : [bindToDevice(device)];
}

function bindToDevice(device: string): SetupStep {
  const name = new TextEncoder().encode(`${device}\0`);
  return optionBytes('SO_BINDTODEVICE', SOL_SOCKET, SO_BINDTODEVICE, name);
}

function membership(spec: VrrpSocketSpec): SetupStep[] {
  if (spec.group === undefined) return [];
  return spec.family === 4
    ? [optionBytes('IP_ADD_MEMBERSHIP', SOL_IP, IP_ADD_MEMBERSHIP, ipMreqn(spec.group, spec.ifindex))]
    : [optionBytes('IPV6_JOIN_GROUP', SOL_IPV6, IPV6_JOIN_GROUP, ipv6Mreq(spec.group, spec.ifindex))];
}

/**
 * Before the socket belongs to a device, so that the address may be on another one (seen with 2.2.7). It has
 * to be one of the VRF that the socket belongs to at that time.
 */
function toSource({ family, source, ifindex, vrf }: VrrpSocketSpec): SetupStep[] {
  if (source === undefined) return [];
  const inVrf = vrf === undefined ? [] : [bindToDevice(vrf.name)];
  return [...inVrf, { call: BIND, run: (fd) => native.bind(fd, sockaddrIp(family, source, ifindex)) }];
}

/** Without *_MULTICAST_ALL 0 the socket also gets groups that other processes joined. */
const familyInput = (spec: VrrpSocketSpec): SetupStep[] =>
  spec.family === 4
    ? [option('IP_MULTICAST_ALL', SOL_IP, IP_MULTICAST_ALL, 0), option('IP_PKTINFO', SOL_IP, IP_PKTINFO, 1)]
    : [
        optional(option('IPV6_MULTICAST_ALL', SOL_IPV6, IPV6_MULTICAST_ALL, 0)),
        option('IPV6_RECVPKTINFO', SOL_IPV6, IPV6_RECVPKTINFO, 1),
        option('IPV6_RECVHOPLIMIT', SOL_IPV6, IPV6_RECVHOPLIMIT, 1),
      ];

function outgoingInterface(spec: VrrpSocketSpec): SetupStep[] {
  if (spec.ifindex === 0) return [];
  return spec.family === 4
    ? [optionBytes('IP_MULTICAST_IF', SOL_IP, IP_MULTICAST_IF, ipMreqn(anyIpv4, spec.ifindex))]
    : [option('IPV6_MULTICAST_IF', SOL_IPV6, IPV6_MULTICAST_IF, spec.ifindex)];
}

const familyOutput = (spec: VrrpSocketSpec): SetupStep[] =>
  spec.family === 4
    ? [option('IP_HDRINCL', SOL_IP, IP_HDRINCL, 1), option('IP_MULTICAST_LOOP', SOL_IP, IP_MULTICAST_LOOP, 0)]
    : [
        { call: 'setsockopt(SO_ATTACH_FILTER)', run: (fd) => native.attachFilter(fd, dropEverything) },
        option('IPV6_MULTICAST_HOPS', SOL_IPV6, IPV6_MULTICAST_HOPS, hopLimit),
        option('IPV6_MULTICAST_LOOP', SOL_IPV6, IPV6_MULTICAST_LOOP, 0),
        option('IPV6_TCLASS', SOL_IPV6, IPV6_TCLASS, networkControl),
        // The source address may be one that was added a moment ago.
        optional(option('IPV6_FREEBIND', SOL_IPV6, IPV6_FREEBIND, 1)),
      ];

const domainOf = (spec: VrrpSocketSpec): number => (spec.family === 4 ? AF_INET : AF_INET6);

function openInput(spec: VrrpSocketSpec): Result<number, NetError> {
  return openSocket(domainOf(spec), SOCK_RAW, spec.protocol, [
    ...toSource(spec),
    ...toDevice(spec),
    ...familyInput(spec),
    optional(option('SO_TIMESTAMPNS', SOL_SOCKET, SO_TIMESTAMPNS, 1)),
    ...membership(spec),
  ]);
}

function openOutput(spec: VrrpSocketSpec): Result<number, NetError> {
  // IPPROTO_RAW receives nothing; IPv6 needs the real protocol, which goes into the next header field.
  return openSocket(domainOf(spec), SOCK_RAW, spec.family === 4 ? IPPROTO_RAW : spec.protocol, [
    ...toDevice(spec),
    ...familyOutput(spec),
    ...outgoingInterface(spec),
    option('SO_PRIORITY', SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL),
  ]);
}

export function openVrrpPair(spec: VrrpSocketSpec): Result<{ fdIn: number; fdOut: number }, NetError> {
  const input = openInput(spec);
  if (!input.ok) return input;
  const output = openOutput(spec);
  if (!output.ok) {
    native.close(input.value);
    return output;
  }
  return ok({ fdIn: input.value, fdOut: output.value });
}
