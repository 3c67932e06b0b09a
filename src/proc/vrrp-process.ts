/** The VRRP child as a process of its own: the composition root over the real channel and loop. */
import { processChannel } from '../ipc/channel.ts';
import type { ToParent } from '../ipc/messages.ts';
import { createLoop } from '../runtime/loop.ts';
import { openLog } from './logging.ts';
import { type FromParent, runVrrpChild } from './vrrp.ts';

export function startVrrpProcess(): void {
  // The parent decides about stops and reloads; a Ctrl-C on the terminal reaches every process of the group.
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGPIPE', 'SIGUSR1', 'SIGUSR2'] as const) {
    process.on(signal, () => undefined);
  }
  const stop = runVrrpChild({
    channel: processChannel<ToParent, FromParent>(process),
    loop: createLoop(),
    createLogger: openLog,
    env: { ...process.env },
    exit: (code) => process.exit(code),
  });
  // Sent by hand, or by the kernel when the parent is gone: addresses must not stay behind.
  process.on('SIGTERM', stop);
}
