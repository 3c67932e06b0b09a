/** Where a log line goes. Texts come from out/messages.ts; the core names them by id. */
export type LogLevel = 'error' | 'warning' | 'notice' | 'info' | 'debug';

export interface LogSink {
  write(level: LogLevel, text: string, fields?: Readonly<Record<string, unknown>>): void;
}
