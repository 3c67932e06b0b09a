/** Message ids to lines: picks the text, drops detail lines without -D, and feeds every sink. */
import type { LogSink } from '../ports/log.ts';
import { isMessageId, type MessageArg, type MessageId, messages } from './messages.ts';

export interface Logger {
  log(id: MessageId, ...args: readonly MessageArg[]): void;
  /** Ids that come from the core as plain strings; an unknown one is a bug of ours and throws. */
  logById(id: string, args: readonly MessageArg[]): void;
}

export function createLogger(sinks: readonly LogSink[], showDetail: boolean): Logger {
  const log = (id: MessageId, ...args: readonly MessageArg[]): void => {
    const message = messages[id];
    if (message.detail && !showDetail) return;
    const text = message.text(...args);
    for (const sink of sinks) sink.write(message.level, text, { id, args });
  };
  return {
    log,
    logById: (id, args) => {
      if (!isMessageId(id)) throw new Error(`no log message ${id}`);
      log(id, ...args);
    },
  };
}
