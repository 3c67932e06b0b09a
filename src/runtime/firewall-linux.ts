/**
 * The Firewall port on nfnetlink. The socket is opened with the first transaction: most configurations need
 * none, and a kernel without nftables must not keep a daemon from running.
 */
import { type Ack, parseAck } from '../netlink/ack.ts';
import { firewallBatch, fitting } from '../netlink/nftables.ts';
import type { Firewall, FirewallError, FirewallOp } from '../ports/firewall.ts';
import { fail, ok, type Result } from '../result.ts';
import { EAGAIN } from './errno.ts';
import { type NetlinkSocket, openFirewallSocket } from './netlink-socket.ts';

const bufferBytes = 4 << 20;

export interface LinuxFirewall extends Firewall {
  close(): void;
}

export function createFirewall(): LinuxFirewall {
  let socket: NetlinkSocket | undefined;
  let lastSeq = 0;

  function opened(): Result<NetlinkSocket, FirewallError> {
    if (socket !== undefined) return ok(socket);
    const result = openFirewallSocket(bufferBytes);
    if (!result.ok) return fail({ errno: result.error.errno, text: result.error.call });
    socket = result.value;
    return result;
  }

  /** nfnetlink answers inside the system call. A refused operation cancels them all, and says so itself. */
  function refusal(from: NetlinkSocket): Ack | undefined {
    let first: Ack | undefined;
    for (;;) {
      const result = from.receive((message) => {
        const ack = parseAck(message);
        if (ack !== undefined && ack.errno !== 0) first ??= ack;
      });
      if (result === -EAGAIN) return first;
      if (result < 0) return { seq: 0, errno: -result, text: 'recvmsg' };
    }
  }

  return {
    apply(wanted) {
      const ready = opened();
      if (!ready.ok) return ready;
      const ops: readonly FirewallOp[] = fitting(wanted);
      const firstSeq = lastSeq + 1;
      lastSeq = firstSeq + ops.length + 1;
      const sent = ready.value.send(firewallBatch(ops, firstSeq));
      if (sent < 0) return fail({ errno: -sent, text: 'sendmsg' });
      const refused = refusal(ready.value);
      if (refused === undefined) return ok(undefined);
      const op = ops[refused.seq - firstSeq - 1]?.op;
      return fail({ errno: refused.errno, text: refused.text, ...(op === undefined ? {} : { op }) });
    },
    close() {
      socket?.close();
      socket = undefined;
    },
  };
}
