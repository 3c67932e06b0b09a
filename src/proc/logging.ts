/** The sinks of one process: syslog, console lines or JSON lines, as the options ask. */
import { createLogger, type Logger } from '../out/logger.ts';
import type { LogSink } from '../ports/log.ts';
import { createConsole } from '../runtime/console.ts';
import { createSyslog } from '../runtime/syslog.ts';

export interface LogOptions {
  readonly console: boolean;
  readonly json: boolean;
  readonly detail: boolean;
  readonly syslog: boolean;
  readonly facility: number;
  readonly ident: string;
}

const STDERR = 2;

export async function openLog(options: LogOptions): Promise<Logger> {
  const sinks: LogSink[] = [];
  if (options.syslog) sinks.push(createSyslog({ ident: options.ident, facility: options.facility }));
  if (options.json) {
    const { createStructuredLog } = await import('../out/structured.ts');
    sinks.push(createStructuredLog(options.ident, STDERR));
  } else if (options.console) sinks.push(createConsole());
  return createLogger(sinks, options.detail);
}
