/**
 * The same events as JSON lines, for collectors (`--log-json`, an alived extension). Pino writes them; the
 * text of the human line travels as `msg`, its id and arguments as fields that do not change with wording.
 */
import { destination, pino } from 'pino';
import type { LogLevel, LogSink } from '../ports/log.ts';

const pinoLevel: Readonly<Record<LogLevel, 'error' | 'warn' | 'info' | 'debug'>> = {
  error: 'error',
  warning: 'warn',
  notice: 'info',
  info: 'info',
  debug: 'debug',
};

export function createStructuredLog(ident: string, fd: number): LogSink {
  const logger = pino({ base: { pid: process.pid, ident }, level: 'debug' }, destination({ fd, sync: true }));
  // A reader that went away must not take the daemon with it.
  return {
    write: (level, text, fields = {}) => {
      try {
        logger[pinoLevel[level]](fields, text);
      } catch {
        // The pipe is full or closed; there is no better place to say so.
      }
    },
  };
}
