/** A mail server for a case, and what it was told. */
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { block } from './config.ts';
import type { Router } from './router.ts';
import { serve } from './serve.ts';

const PORT = 2525;

export const serveMail = (router: Router, file: string, ...more: readonly string[]): Promise<ChildProcess> =>
  serve(router, 'mail-server.ts', [String(PORT), file, ...more]);

/** As 2.2.7 says it: without the folding and the angle brackets of later versions. */
export function mailsOf(file: string): string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) =>
      (JSON.parse(line) as string[])
        .map((said) => said.replace(/^Date: .*/, 'Date: NOW'))
        .join(' | ')
        .replaceAll(/,\s+\|\s+/g, ', '),
    )
    .sort();
}

/** Global settings that send mail there. */
export const mailGlobals: readonly string[] = [
  `smtp_server 127.0.0.1 ${PORT}`,
  'smtp_connect_timeout 5',
  'smtp_helo_name helo.test',
  'notification_email_from k@example.test',
  ...block('notification_email', ['a@example.test', 'b@example.test']),
];
