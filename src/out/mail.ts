/**
 * Mails about changes of state: who gets them and what they say, as keepalived writes them (2.2.7; addresses
 * with a display name and the folded To as in 2.3.3). In: what happened. Out: envelope and text.
 */
import type { MailSetup } from '../ports/mail.ts';
import type { NotifyState } from '../vrrp/events.ts';
import type { Mail } from '../wire/smtp-dialogue.ts';
import { clockText, dayName, monthName, two } from './calendar.ts';

const ADDRESS = /<([^<>]*)>\s*$/;

/** The address in `Name <address>`, or the word itself. */
export const plainAddress = (text: string): string => ADDRESS.exec(text)?.[1] ?? text;

/** RFC 5322 section 3.3 in local time. */
export function mailDate(date: Date): string {
  const offset = -date.getTimezoneOffset();
  const [hours, minutes] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return [
    `${dayName(date)}, ${two(date.getDate())} ${monthName(date)} ${date.getFullYear()}`,
    clockText(date),
    `${offset < 0 ? '-' : '+'}${two(hours)}${two(minutes)}`,
  ].join(' ');
}

/** Nothing that came from a configuration may end a header or start a new one. */
const oneLine = (text: string): string => text.replace(/[\r\n\0]+/g, ' ');

/** One line an address; folded, because there may be many. */
function toHeader(to: readonly string[]): string[] {
  return to.map((address, at) => {
    const start = at === 0 ? 'To: ' : ' ';
    return `${start}${oneLine(address)}${at === to.length - 1 ? '' : ','}`;
  });
}

export function buildMail(setup: MailSetup, subject: string, body: string, date: Date): Mail {
  return {
    from: plainAddress(setup.from),
    to: setup.to.map(plainAddress),
    lines: [
      `Date: ${mailDate(date)}`,
      `From: ${oneLine(setup.from)}`,
      `Subject: [${oneLine(setup.routerId)}] ${oneLine(subject)}`,
      'X-Mailer: Keepalived',
      ...toHeader(setup.to),
      '',
      ...body.split('\n'),
      '',
    ],
  };
}

export interface StateNews {
  readonly what: 'Instance' | 'Group';
  readonly name: string;
  readonly state: NotifyState;
}

/** Undefined where nobody is told: the end of the daemon, and faults with no_email_faults. */
export function stateMail(setup: MailSetup, { what, name, state }: StateNews, date: Date): Mail | undefined {
  if (state === 'STOP' || state === 'DELETED') return undefined;
  if (state === 'FAULT' && setup.silentFaults) return undefined;
  const owning = state === 'MASTER' ? 'is now owning' : 'is no longer owning';
  const body =
    what === 'Group'
      ? `=> All VRRP group instances are now in ${state} state <=`
      : `=> VRRP Instance ${owning} VRRP VIPs <=`;
  return buildMail(setup, `VRRP ${what} ${name} - Entering ${state} state`, body, date);
}
