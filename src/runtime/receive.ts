/**
 * Reads datagrams with what the kernel knows of each: source, destination, hop limit, interface, time of
 * arrival. In: a descriptor set up by raw-socket.ts or udp-linux.ts. Out: one Received or UdpDatagram a call.
 */
import type { Received } from '../ports/net.ts';
import type { UdpDatagram } from '../ports/udp.ts';
import { type Family, subUs, type Us } from '../units.ts';
import { controlMessages } from './cmsg.ts';
import {
  CLOCK_REALTIME,
  IP_PKTINFO,
  IP_TTL,
  IPV6_HOPLIMIT,
  IPV6_PKTINFO,
  SO_TIMESTAMPNS,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
} from './constants.ts';
import { native } from './native.ts';

const largestDatagram = 65536;
const ipv4HeaderLength = 20;

interface Ancillary {
  destination: Uint8Array;
  hopLimit: number;
  ifindex: number;
  /** Unix time of arrival in microseconds; 0 when the kernel did not say. */
  stampUs: number;
}

function readAncillary(control: Uint8Array): Ancillary {
  const found: Ancillary = { destination: new Uint8Array(0), hopLimit: -1, ifindex: 0, stampUs: 0 };
  for (const { level, type, data } of controlMessages(control)) {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    if (level === SOL_IP && type === IP_PKTINFO && data.length >= 12) {
      // struct in_pktinfo: interface, address it was taken on, address it was sent to.
      found.ifindex = view.getInt32(0, true);
      found.destination = data.slice(8, 12);
    } else if (level === SOL_IP && type === IP_TTL && data.length >= 4) {
      found.hopLimit = view.getInt32(0, true);
    } else if (level === SOL_IPV6 && type === IPV6_PKTINFO && data.length >= 20) {
      found.destination = data.slice(0, 16);
      found.ifindex = view.getInt32(16, true);
    } else if (level === SOL_IPV6 && type === IPV6_HOPLIMIT && data.length >= 4) {
      found.hopLimit = view.getInt32(0, true);
    } else if (level === SOL_SOCKET && type === SO_TIMESTAMPNS && data.length >= 16) {
      const nanoseconds = Number(view.getBigInt64(8, true));
      found.stampUs = Number(view.getBigInt64(0, true)) * 1_000_000 + Math.floor(nanoseconds / 1000);
    }
  }
  return found;
}

interface Message {
  readonly bytes: Uint8Array;
  /** Socket address of the sender; read it before the next message. */
  readonly sender: Uint8Array;
  readonly known: Ancillary;
  readonly atUs: Us;
}

/** One message a call, or minus errno; -EAGAIN when nothing is waiting. */
function createReader(fd: number, now: () => Us): () => Message | number {
  const buffer = new Uint8Array(largestDatagram);
  const sender = new Uint8Array(28);
  const control = new Uint8Array(256);
  const lengths = new Int32Array(3);
  let emptySinceUs = now();

  /**
   * The kernel stamps with the wall clock, which may step. The age of the packet cannot be below zero, and
   * it cannot have arrived before the socket was last found empty, so a step changes it within these bounds.
   */
  function arrival(stampUs: number): Us {
    const nowUs = now();
    const age = stampUs === 0 ? 0 : native.clockGettime(CLOCK_REALTIME) - stampUs;
    const largest = nowUs - emptySinceUs;
    return subUs(nowUs, Math.min(Math.max(age, 0), largest) as Us);
  }

  return () => {
    const asked = now();
    const length = native.recvmsg(fd, buffer, sender, control, 0, lengths);
    if (length < 0) {
      emptySinceUs = asked;
      return length;
    }
    const known = readAncillary(control.subarray(0, lengths[1] ?? 0));
    return { bytes: buffer.slice(0, length), sender, known, atUs: arrival(known.stampUs) };
  };
}

export interface Receiver<Datagram> {
  /** One datagram, or minus errno; -EAGAIN when nothing is waiting. */
  receive(): Datagram | number;
}

function receivedOf(family: Family, { bytes, sender, known, atUs }: Message): Received {
  if (family === 6) {
    const { destination, hopLimit, ifindex } = known;
    return { bytes, source: sender.slice(8, 24), destination, hopLimit, ifindex, atUs };
  }
  // A raw IPv4 socket never gets less than a header; the header says the rest.
  const hopLimit = bytes.length >= ipv4HeaderLength ? (bytes[8] ?? -1) : -1;
  const [source, destination] = [bytes.slice(12, 16), bytes.slice(16, 20)];
  return { bytes, source, destination, hopLimit, ifindex: known.ifindex, atUs };
}

/** What another process has read from a VRRP socket, with its control messages. */
export function receivedElsewhere(
  family: Family,
  { bytes, sender, control, atUs }: Omit<Message, 'known'> & { readonly control: Uint8Array },
): Received {
  return receivedOf(family, { bytes: bytes.slice(), sender, known: readAncillary(control), atUs });
}

export function createReceiver(fd: number, family: Family, now: () => Us): Receiver<Received> {
  const read = createReader(fd, now);
  return {
    receive() {
      const message = read();
      return typeof message === 'number' ? message : receivedOf(family, message);
    },
  };
}

export function createUdpReceiver(fd: number, family: Family, now: () => Us): Receiver<UdpDatagram> {
  const read = createReader(fd, now);
  return {
    receive() {
      const message = read();
      if (typeof message === 'number') return message;
      const { bytes, sender, known, atUs } = message;
      const { destination, hopLimit } = known;
      const source = family === 4 ? sender.slice(4, 8) : sender.slice(8, 24);
      const sourcePort = ((sender[2] ?? 0) << 8) | (sender[3] ?? 0);
      return { bytes, source, sourcePort, destination, hopLimit, atUs };
    },
  };
}
