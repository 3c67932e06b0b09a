/**
 * The client: an ICMP echo (RFC 792) to the virtual address every 50 ms, from inside the client's namespace.
 * Nobody has to listen on the routers, whoever holds the address answers.
 */

import { internetChecksum } from '../../compat-tests/lib/bytes.ts';
import { AF_INET, SOCK_RAW } from '../../src/runtime/constants.ts';
import type { Loop } from '../../src/runtime/loop.ts';
import { native } from '../../src/runtime/native.ts';
import { sockaddrIp } from '../../src/runtime/sockaddr.ts';
import { openSocket } from '../../src/runtime/socket-setup.ts';
import { inNamespace, unwrap } from './namespace-socket.ts';
import { ProbeRecord } from './probe-record.ts';

const IPPROTO_ICMP = 1;
const ECHO_REQUEST = 8;
const ECHO_REPLY = 0;
export const PROBE_EVERY_MS = 50;

export interface ClientProbe {
  readonly record: ProbeRecord;
  start(): void;
  stop(): void;
}

export function createClientProbe(loop: Loop, ns: string, target: Uint8Array): ClientProbe {
  const fd = inNamespace(ns, () => unwrap(openSocket(AF_INET, SOCK_RAW, IPPROTO_ICMP, [])));
  const record = new ProbeRecord();
  const identifier = process.pid & 0xffff;
  const address = sockaddrIp(4, target);
  const buffer = new Uint8Array(2048);
  const lengths = new Int32Array(3);
  let timer: NodeJS.Timeout | undefined;

  function send(): void {
    // An error such as EHOSTUNREACH is a lost probe like any other.
    native.sendmsg(fd, echo(identifier, record.sent(performance.now())), address, null, 0);
  }

  loop.watch(fd, () => {
    for (;;) {
      const length = native.recvmsg(fd, buffer, null, null, 0, lengths);
      if (length < 0) return;
      const icmp = new DataView(buffer.buffer, ((buffer[0] ?? 0) & 15) * 4);
      if (icmp.getUint8(0) !== ECHO_REPLY || icmp.getUint16(4) !== identifier) continue;
      record.answered(icmp.getUint16(6), performance.now());
    }
  });

  return {
    record,
    start() {
      timer = setInterval(send, PROBE_EVERY_MS);
    },
    stop() {
      clearInterval(timer);
      loop.unwatch(fd);
      native.close(fd);
    },
  };
}

function echo(identifier: number, sequence: number): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, ECHO_REQUEST);
  view.setUint16(4, identifier);
  view.setUint16(6, sequence);
  view.setUint16(2, internetChecksum(bytes));
  return bytes;
}
