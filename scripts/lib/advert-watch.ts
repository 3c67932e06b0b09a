/** Every VRRP advert that crosses a bridge, live: a packet socket on it, the compat decoder behind. */
import { type Advert, decodeFrame } from '../../compat-tests/lib/frames.ts';
import { controlMessages } from '../../src/runtime/cmsg.ts';
import { SO_TIMESTAMPNS, SOL_SOCKET } from '../../src/runtime/constants.ts';
import type { Loop } from '../../src/runtime/loop.ts';
import { native } from '../../src/runtime/native.ts';
import { openPacketSocket } from './namespace-socket.ts';

const largestFrame = 2048;

/** `ifindex` counts in the namespace that the caller has entered. */
export function watchAdverts(loop: Loop, ifindex: number, onAdvert: (advert: Advert) => void): void {
  const fd = openPacketSocket(ifindex);
  const buffer = new Uint8Array(largestFrame);
  const control = new Uint8Array(256);
  const lengths = new Int32Array(3);
  loop.watch(fd, () => {
    for (;;) {
      const length = native.recvmsg(fd, buffer, null, control, 0, lengths);
      if (length < 0) return;
      const frame = decodeFrame(buffer.slice(0, length), stampUs(control.subarray(0, lengths[1] ?? 0)));
      if (frame.kind === 'advert') onAdvert(frame);
    }
  });
}

/** Unix time of arrival in microseconds. */
function stampUs(control: Uint8Array): number {
  for (const { level, type, data } of controlMessages(control)) {
    if (level !== SOL_SOCKET || type !== SO_TIMESTAMPNS || data.length < 16) continue;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    return (
      Number(view.getBigInt64(0, true)) * 1_000_000 + Math.floor(Number(view.getBigInt64(8, true)) / 1000)
    );
  }
  return Date.now() * 1000;
}
