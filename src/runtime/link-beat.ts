/** The LinkBeat port: ioctls on a socket that is there for nothing else. */
import type { LinkBeat } from '../ports/link-beat.ts';
import { AF_INET, SOCK_DGRAM } from './constants.ts';
import { native } from './native.ts';

const IFF_UP = 0x1;
const IFF_RUNNING = 0x40;

export function createLinkBeat(): LinkBeat {
  let opened: number | undefined;
  const fd = (): number => {
    // Tried again while it fails.
    if (opened === undefined || opened < 0) opened = native.socket(AF_INET, SOCK_DGRAM, 0);
    return opened;
  };
  const runs = (name: string): boolean | undefined => {
    const flags = native.linkFlags(fd(), name);
    return flags < 0 ? undefined : (flags & IFF_UP) !== 0 && (flags & IFF_RUNNING) !== 0;
  };
  return {
    beats(name, method) {
      if (method === 'IOCTL') return runs(name);
      const link = method === 'MII' ? native.linkMii(fd(), name) : native.linkEthtool(fd(), name);
      if (link < 0) return undefined;
      // A link alone does not carry anything while the interface is down (seen with 2.2.7).
      return link === 1 ? runs(name) : false;
    },
  };
}
