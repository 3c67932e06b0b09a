/** A VRRP socket that takes everything and hears nothing. */
import type { VrrpSocket } from '../../ports/net.ts';
import { ok } from '../../result.ts';

export const fakeSocket = (fdOut: number): VrrpSocket => ({
  spec: { family: 4, ifindex: 2, ifname: 'eth0', protocol: 112 },
  fdIn: 4,
  fdOut,
  send: () => ok(undefined),
  drain: () => undefined,
  reading: () => undefined,
  deliver: () => undefined,
  setReceiveBuffer: () => undefined,
  close: () => undefined,
});
