/**
 * Descriptors inside another network namespace, without a helper process: the thread enters the namespace,
 * opens what it needs and returns at once; a descriptor stays in the namespace it was opened in.
 */
import { closeSync, openSync } from 'node:fs';
import type { NetError } from '../../src/ports/net.ts';
import type { Result } from '../../src/result.ts';
import {
  AF_PACKET,
  CLONE_NEWNET,
  SO_TIMESTAMPNS,
  SOCK_RAW,
  SOL_SOCKET,
} from '../../src/runtime/constants.ts';
import { errnoName } from '../../src/runtime/errno.ts';
import { native } from '../../src/runtime/native.ts';
import { enterNetworkNamespace } from '../../src/runtime/process.ts';
import { openSocket, option } from '../../src/runtime/socket-setup.ts';

const ETHERTYPE_IPV4 = 0x0800;

/** Runs `open` in the namespace NAME of `ip netns`; it must not wait for anything. */
export function inNamespace<T>(name: string, open: () => T): T {
  const home = openSync('/proc/self/ns/net', 'r');
  try {
    unwrap(enterNetworkNamespace(`/run/netns/${name}`));
    return open();
  } finally {
    // Into a namespace whose descriptor is at hand the kernel always lets the root of this machine.
    native.setns(home, CLONE_NEWNET);
    closeSync(home);
  }
}

/** The laboratory cannot go on without its sockets, so a failure is thrown with the call that failed. */
export function unwrap<T>(result: Result<T, NetError>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.error.call}: ${errnoName(result.error.errno)}`);
}

/** A packet socket that sees the IPv4 frames of one interface (man 7 packet), stamped by the kernel. */
export function openPacketSocket(ifindex: number): number {
  const address = new Uint8Array(20);
  const view = new DataView(address.buffer);
  view.setUint16(0, AF_PACKET, true);
  view.setUint16(2, ETHERTYPE_IPV4);
  view.setInt32(4, ifindex, true);
  // Protocol 0 receives nothing until it is bound, so no frame of another interface slips in.
  return unwrap(
    openSocket(AF_PACKET, SOCK_RAW, 0, [
      option('SO_TIMESTAMPNS', SOL_SOCKET, SO_TIMESTAMPNS, 1),
      { call: 'bind', run: (fd) => native.bind(fd, address) },
    ]),
  );
}
