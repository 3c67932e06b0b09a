/**
 * What follows a takeover as the engine sends it: netlink requests, frames and ICMPv6 messages. In: a
 * possession. Out: rules that leave once, one after the other.
 */
import type { RawDatagram } from '../engine/wire.ts';
import { acknowledgeLast } from '../netlink/ack.ts';
import { writeNewAddress } from '../netlink/rtnl-addr.ts';
import { createMessageWriter } from '../netlink/writer.ts';
import type { AddressSpec } from '../ports/kernel.ts';
import type { Announcement } from '../ports/net.ts';
import type { Possession } from '../ports/rule-process.ts';
import type { LinuxNet } from './net-linux.ts';
import { type NetlinkSocket, openBlindSocket } from './netlink-socket.ts';

/** Through one socket, so many datagrams at a time. */
export interface Burst {
  readonly fd: number;
  readonly step: number;
  readonly datagrams: readonly RawDatagram[];
}

export interface Train {
  readonly bursts: readonly Burst[];
  /** Nothing of the possession is missing. */
  readonly whole: boolean;
}

export type Trains = (possession: Possession) => Train;

/** Of one request. Between two of them others that change interfaces have their turn. */
const ADDRESSES = 32;
const REQUESTS = 32;
const FRAMES = 64;
/** The engine takes twice as many in one message. */
const DATAGRAMS = 512;
/** The most that the engine sends one after the other. */
const BURSTS = 64;
const NOTHING = new Uint8Array(0);

const lots = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, lot) => list.slice(lot * size, (lot + 1) * size));

function request(specs: readonly AddressSpec[], to: Uint8Array): RawDatagram {
  const writer = createMessageWriter();
  for (const spec of specs) writeNewAddress(writer, spec, 0);
  return { address: to, control: NOTHING, data: acknowledgeLast(writer.bytes()).slice() };
}

function requests(specs: readonly AddressSpec[], { fd, destination }: NetlinkSocket): Burst[] {
  const datagrams = lots(specs, ADDRESSES).map((some) => request(some, destination));
  return lots(datagrams, REQUESTS).map((some) => ({ fd, step: 1, datagrams: some }));
}

/** Undefined when one of them cannot be sent. */
function announcementBursts(net: LinuxNet, announcements: readonly Announcement[]): Burst[] | undefined {
  const bySocket = new Map<number, RawDatagram[]>();
  for (const announcement of announcements) {
    const found = net.raw(announcement);
    if (!found.ok) return undefined;
    const { fd, datagram } = found.value;
    const list = bySocket.get(fd) ?? [];
    list.push(datagram);
    bySocket.set(fd, list);
  }
  return [...bySocket].flatMap(([fd, datagrams]) =>
    lots(datagrams, DATAGRAMS).map((some) => ({ fd, step: FRAMES, datagrams: some })),
  );
}

/** The sockets are opened when they are needed first. What cannot be sent is left to whoever comes after. */
export function createTrains(net: LinuxNet): Trains {
  let socket: NetlinkSocket | undefined;

  function netlink(): NetlinkSocket | undefined {
    if (socket !== undefined) return socket;
    const opened = openBlindSocket();
    if (opened.ok) socket = opened.value;
    return socket;
  }

  return ({ addresses, announcements }) => {
    const through = netlink();
    if (through === undefined) return { bursts: [], whole: false };
    const first = requests(addresses, through);
    const then = announcementBursts(net, announcements);
    const bursts = [...first, ...(then ?? [])];
    if (bursts.length > BURSTS) return { bursts: [], whole: false };
    return { bursts, whole: then !== undefined };
  };
}
