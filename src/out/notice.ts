/**
 * What is told of a change: as a line for readers of the FIFOs (lines of 2.2.7), and as an object for
 * webhooks.
 */

export type Notice =
  | {
      readonly type: 'INSTANCE';
      readonly name: string;
      /** A state, or an event such as `MASTER_RX_LOWER_PRI`. */
      readonly state: string;
      readonly priority: number;
    }
  | { readonly type: 'GROUP'; readonly name: string; readonly state: string }
  | { readonly type: 'VS'; readonly name: string; readonly state: 'UP' | 'DOWN' }
  | {
      readonly type: 'RS';
      readonly name: string;
      readonly virtualServer: string;
      readonly state: 'UP' | 'DOWN';
    };

export function fifoLine(notice: Notice): string {
  const { name, state } = notice;
  switch (notice.type) {
    case 'INSTANCE':
      return `INSTANCE "${name}" ${state} ${notice.priority}\n`;
    case 'GROUP':
      // A sync group has no priority of its own.
      return `GROUP "${name}" ${state} 0\n`;
    case 'VS':
      return `VS ${name} ${state}\n`;
    case 'RS':
      return `RS ${name} ${notice.virtualServer} ${state}\n`;
  }
}

/** Who speaks: the machine by its host name and by its router_id. */
export interface Speaker {
  readonly host: string;
  readonly routerId: string;
}

/** One JSON object; `time` is UTC with milliseconds. */
export function webhookBody(notice: Notice, { host, routerId }: Speaker, at: Date): string {
  const { type, name, state } = notice;
  const more =
    notice.type === 'INSTANCE'
      ? { priority: notice.priority }
      : notice.type === 'RS'
        ? { virtual_server: notice.virtualServer }
        : {};
  return JSON.stringify({ time: at.toISOString(), host, router_id: routerId, type, name, state, ...more });
}
