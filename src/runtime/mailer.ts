/**
 * Delivers mails, a few at a time, each with a limit for every step: a mail server that is slow or gone costs
 * the daemon a log line and a bounded amount of memory. Nothing is tried twice, as with keepalived.
 */
import { connect, type Socket } from 'node:net';
import type { MailSetup } from '../ports/mail.ts';
import { type DialogueEnd, type Mail, SmtpDialogue } from '../wire/smtp-dialogue.ts';

type Log = (id: string, args: readonly (string | number)[]) => void;

const AT_ONCE = 8;
const WAITING = 500;
/** An answer longer than this is not one. */
const LINE_ROOM = 4096;
const DEFAULT_TIMEOUT_MS = 30_000;

export interface Mailer {
  send(setup: MailSetup, mail: Mail): void;
  /** Nothing is begun any more; what runs is cut off. */
  close(): void;
}

export function createMailer(log: Log): Mailer {
  const waiting: { readonly setup: MailSetup; readonly mail: Mail }[] = [];
  const running = new Set<Socket>();
  let closed = false;

  function pump(): void {
    while (!closed && running.size < AT_ONCE) {
      const next = waiting.shift();
      if (next === undefined) return;
      const socket = deliver(next.setup, next.mail, log, () => {
        running.delete(socket);
        pump();
      });
      running.add(socket);
    }
  }

  return {
    send(setup, mail) {
      if (closed) return;
      if (waiting.length >= WAITING) {
        log('mail-dropped', [setup.server.host, setup.server.port]);
        return;
      }
      waiting.push({ setup, mail });
      pump();
    },
    close() {
      closed = true;
      waiting.length = 0;
      for (const socket of running) socket.destroy();
    },
  };
}

function deliver({ server, heloName, timeoutUs }: MailSetup, mail: Mail, log: Log, done: () => void): Socket {
  const where = [server.host, server.port] as const;
  const dialogue = new SmtpDialogue(mail, heloName);
  const socket = connect({ host: server.host, port: server.port });
  let connected = false;
  let settled = false;
  let rest = '';

  const settle = (id: string, ...args: readonly (string | number)[]): void => {
    if (settled) return;
    settled = true;
    log(id, args);
  };
  const ended = (end: DialogueEnd): void => {
    if (end.sent) settle('mail-sent');
    else settle('mail-refused', end.command, ...where, end.status);
  };
  const take = (line: string): void => {
    const { send, end, closed } = dialogue.take(line);
    if (send !== undefined) socket.write(send);
    if (end !== undefined) ended(end);
    if (closed) socket.end();
  };

  socket.setTimeout(timeoutUs > 0 ? timeoutUs / 1000 : DEFAULT_TIMEOUT_MS);
  socket.setEncoding('latin1');
  // A mail on its way keeps no process alive that has nothing else to do.
  socket.unref();
  socket.on('connect', () => {
    connected = true;
    log('mail-connected', where);
  });
  socket.on('data', (chunk: string) => {
    rest += chunk;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      take(rest.slice(0, end).replace(/\r$/, ''));
      rest = rest.slice(end + 1);
    }
    if (rest.length > LINE_ROOM) socket.destroy();
  });
  socket.on('timeout', () => {
    settle(connected ? 'mail-timeout' : 'mail-connect-timeout', ...where);
    socket.destroy();
  });
  socket.on('error', (error) => settle('mail-failed', ...where, error.message));
  socket.on('close', () => {
    settle('mail-closed', ...where);
    done();
  });
  return socket;
}
