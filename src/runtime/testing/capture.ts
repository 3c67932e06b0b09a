/**
 * Captures whole Ethernet frames on an interface, for tests. Call it inside the namespace of the interface.
 */
import { AF_PACKET, SOCK_RAW } from '../constants.ts';
import { errnoName } from '../errno.ts';
import type { Loop } from '../loop.ts';
import { native } from '../native.ts';

export interface Capture {
  readonly frames: Uint8Array[];
  close(): void;
}

export function capture(loop: Loop, ifindex: number, etherType: number): Capture {
  const address = new Uint8Array(20);
  const view = new DataView(address.buffer);
  view.setUint16(0, AF_PACKET, true);
  view.setUint16(2, etherType);
  view.setInt32(4, ifindex, true);
  const fd = native.socket(AF_PACKET, SOCK_RAW, 0);
  const bound = native.bind(fd, address);
  if (bound < 0) throw new Error(`capture: ${errnoName(-bound)}`);
  const frames: Uint8Array[] = [];
  const buffer = new Uint8Array(65536);
  const lengths = new Int32Array(3);
  loop.watch(fd, () => {
    for (;;) {
      const length = native.recvmsg(fd, buffer, null, null, 0, lengths);
      if (length < 0) return;
      frames.push(buffer.slice(0, length));
    }
  });
  return {
    frames,
    close() {
      loop.unwatch(fd);
      native.close(fd);
    },
  };
}
