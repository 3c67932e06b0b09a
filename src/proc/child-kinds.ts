/** The kinds of children: what the log calls them and which sockets they share. */
import type { ChildName, SocketPeer } from '../ipc/messages.ts';

export interface ChildKind {
  /** In "Starting … child process". */
  readonly title: string;
  /** Name in the log of what the child itself says. */
  readonly ident: string;
  /** Options of the run time. */
  readonly flags: readonly string[];
}

/** In the order in which they are started. */
export const CHILD_KINDS: Readonly<Record<ChildName, ChildKind>> = {
  // Its threads that compile and collect cost more than they spare: the work of a check is the kernel's.
  checker: {
    title: 'Healthcheck',
    ident: 'Keepalived_healthcheckers',
    flags: ['--single-threaded'],
  },
  vrrp: { title: 'VRRP', ident: 'Keepalived_vrrp', flags: [] },
  bfd: { title: 'BFD', ident: 'Keepalived_bfd', flags: [] },
};

/** Who listens to BFD sessions. */
export const BFD_LISTENERS: readonly ChildName[] = ['vrrp', 'checker'];

/** The first descriptor after the standard ones and the channel. */
const FIRST_SHARED = 4;

export interface SharedSocket {
  /** Whom it leads to. */
  readonly to: SocketPeer;
  /** Its descriptor in the parent. */
  readonly fd: number;
}

/** Where the shared sockets are in the child: behind the channel, in the order in which they are given. */
export function descriptorsOf(shared: readonly SharedSocket[]): Partial<Record<SocketPeer, number>> {
  return Object.fromEntries(shared.map(({ to }, index) => [to, FIRST_SHARED + index]));
}
