/** The Datagrams port: a connected socket for each question, so that only answers of the peer arrive. */
import type {
  DatagramEvents,
  DatagramFailure,
  DatagramSpec,
  Datagrams,
  Exchanged,
} from '../ports/datagrams.ts';
import { familyOf } from '../wire/address.ts';
import { connectSteps } from './connect-linux.ts';
import { AF_INET, AF_INET6, IPPROTO_ICMP, IPPROTO_ICMPV6, SOCK_DGRAM } from './constants.ts';
import { EAGAIN } from './errno.ts';
import type { Loop } from './loop.ts';
import { native } from './native.ts';
import { sockaddrIp } from './sockaddr.ts';
import { openSocket } from './socket-setup.ts';

/** Datagrams of one waking: a peer that floods gets no more. */
const PER_WAKING = 16;
const LONGEST = 65_535;

const received = new Uint8Array(LONGEST);
const lengths = new Int32Array(3);

function soon(events: DatagramEvents, failure: DatagramFailure): Exchanged {
  let open = true;
  queueMicrotask(() => {
    if (open) events.failed(failure);
  });
  return {
    close: () => {
      open = false;
    },
  };
}

export function createDatagrams(loop: Loop): Datagrams {
  function send(spec: DatagramSpec, bytes: Uint8Array, events: DatagramEvents): Exchanged {
    const family = familyOf(spec.address);
    const echo = spec.protocol === 'echo';
    const protocol = echo ? (family === 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6) : 0;
    const opened = openSocket(family === 4 ? AF_INET : AF_INET6, SOCK_DGRAM, protocol, connectSteps(spec));
    if (!opened.ok) return soon(events, { kind: 'unable', ...opened.error });
    let fd = opened.value;
    const close = (): void => {
      if (fd < 0) return;
      loop.unwatch(fd);
      native.close(fd);
      fd = -1;
    };
    const give = (failure: DatagramFailure): Exchanged => {
      close();
      return soon(events, failure);
    };
    const connected = native.connect(fd, sockaddrIp(family, spec.address, 0, echo ? 0 : spec.port));
    if (connected < 0) return give({ kind: 'unsent', call: 'connect', errno: -connected });
    const watched = loop.watch(fd, () => {
      for (let at = 0; at < PER_WAKING && fd >= 0; at++) {
        const length = native.recvmsg(fd, received, null, null, 0, lengths);
        if (length === -EAGAIN) return;
        if (length < 0) {
          close();
          events.failed({ kind: 'refused', errno: -length });
          return;
        }
        events.received(received.subarray(0, length));
      }
    });
    if (watched < 0) return give({ kind: 'unable', call: 'epoll_ctl', errno: -watched });
    const sent = native.sendmsg(fd, bytes, null, null, 0);
    if (sent < 0) return give({ kind: 'unsent', call: 'send', errno: -sent });
    return { close };
  }

  return { send };
}
