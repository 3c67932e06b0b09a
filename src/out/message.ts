/** What a log line is made of, and the helpers that the tables of texts share. */
import type { LogLevel } from '../ports/log.ts';

export type MessageArg = string | number;

export interface Message {
  readonly level: LogLevel;
  readonly detail: boolean;
  readonly text: (...args: readonly MessageArg[]) => string;
}

export const plain = (text: Message['text'], level: LogLevel = 'info'): Message => ({
  level,
  detail: false,
  text,
});
export const detail = (text: Message['text']): Message => ({ level: 'info', detail: true, text });

const errnoTexts: Readonly<Record<number, string>> = {
  1: 'Operation not permitted',
  2: 'No such file or directory',
  3: 'No such process',
  12: 'Cannot allocate memory',
  13: 'Permission denied',
  16: 'Device or resource busy',
  19: 'No such device',
  20: 'Not a directory',
  21: 'Is a directory',
  22: 'Invalid argument',
  28: 'No space left on device',
  30: 'Read-only file system',
  40: 'Too many levels of symbolic links',
  95: 'Operation not supported',
  98: 'Address already in use',
  99: 'Cannot assign requested address',
  100: 'Network is down',
  101: 'Network is unreachable',
  105: 'No buffer space available',
  104: 'Connection reset by peer',
  110: 'Connection timed out',
  111: 'Connection refused',
  113: 'No route to host',
};

export const errnoText = (errno: MessageArg | undefined): string =>
  errnoTexts[Number(errno)] ?? `error ${errno}`;
