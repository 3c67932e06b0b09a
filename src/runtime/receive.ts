/**
 * Reads VRRP datagrams with what the kernel knows of each: source, destination, hop limit, interface, time
 * of arrival. In: a descriptor set up by raw-socket.ts. Out: one Received per call.
 */
import type { Received } from '../ports/net.ts';
import { type Family, subUs, type Us } from '../units.ts';
import { controlMessages } from './cmsg.ts';
import {
  CLOCK_REALTIME,
  IP_PKTINFO,
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
      found.ifindex = view.getInt32(0, true);
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

export interface Receiver {
  /** One datagram, or minus errno; -EAGAIN when nothing is waiting. */
  receive(): Received | number;
}

export function createReceiver(fd: number, family: Family, now: () => Us): Receiver {
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

  function receive(): Received | number {
    const asked = now();
    const length = native.recvmsg(fd, buffer, sender, control, 0, lengths);
    if (length < 0) {
      emptySinceUs = asked;
      return length;
    }
    const bytes = buffer.slice(0, length);
    const known = readAncillary(control.subarray(0, lengths[1] ?? 0));
    const atUs = arrival(known.stampUs);
    if (family === 6) {
      const { destination, hopLimit, ifindex } = known;
      return { bytes, source: sender.slice(8, 24), destination, hopLimit, ifindex, atUs };
    }
    // A raw IPv4 socket never gets less than a header; the header says the rest.
    const hopLimit = length >= ipv4HeaderLength ? (bytes[8] ?? -1) : -1;
    const [source, destination] = [bytes.slice(12, 16), bytes.slice(16, 20)];
    return { bytes, source, destination, hopLimit, ifindex: known.ifindex, atUs };
  }

  return { receive };
}
