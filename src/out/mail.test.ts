/** Mails about states: recorded from 2.2.7, with the addresses and the folding of 2.3.3. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MailSetup } from '../ports/mail.ts';
import { mailDate, plainAddress, stateMail } from './mail.ts';

const setup: MailSetup = {
  from: 'k@example.test',
  to: ['a@example.test', 'B <b@example.test>'],
  server: { host: '127.0.0.1', port: 25 },
  heloName: 'me',
  timeoutUs: 1,
  routerId: 'RTR',
  silentFaults: false,
};
const date = new Date(2026, 10, 6, 2, 7, 8);

test('the mail of a new master', () => {
  const mail = stateMail(setup, { what: 'Instance', name: 'A', state: 'MASTER' }, date);
  assert.deepEqual(mail?.to, ['a@example.test', 'b@example.test']);
  assert.deepEqual(mail?.lines.slice(1), [
    'From: k@example.test',
    'Subject: [RTR] VRRP Instance A - Entering MASTER state',
    'X-Mailer: Keepalived',
    'To: a@example.test,',
    ' B <b@example.test>',
    '',
    '=> VRRP Instance is now owning VRRP VIPs <=',
    '',
  ]);
  assert.match(mail?.lines[0] ?? '', /^Date: Fri, 06 Nov 2026 02:07:08 [+-]\d{4}$/);
});

test('groups and other states say it in their words; the end of the daemon is not mailed', () => {
  const said = (what: 'Instance' | 'Group', state: 'BACKUP' | 'FAULT' | 'STOP'): string | undefined =>
    stateMail(setup, { what, name: 'G', state }, date)?.lines.at(-2);
  assert.equal(said('Group', 'FAULT'), '=> All VRRP group instances are now in FAULT state <=');
  assert.equal(said('Instance', 'BACKUP'), '=> VRRP Instance is no longer owning VRRP VIPs <=');
  assert.equal(said('Instance', 'STOP'), undefined);
  const silent = { ...setup, silentFaults: true };
  assert.equal(stateMail(silent, { what: 'Instance', name: 'A', state: 'FAULT' }, date), undefined);
});

test('nothing from a configuration starts another header', () => {
  const hostile = { ...setup, routerId: 'x\r\nBcc: y@z', to: ['a@b\nBcc: y@z'] };
  const mail = stateMail(hostile, { what: 'Instance', name: 'A\r\n\r\nbody', state: 'MASTER' }, date);
  assert.ok(mail?.lines.every((line) => !/[\r\n]/.test(line)));
});

test('addresses and dates', () => {
  assert.equal(plainAddress('Name <a@b>'), 'a@b');
  assert.equal(plainAddress('a@b'), 'a@b');
  assert.match(mailDate(new Date(2026, 0, 31, 23, 59, 9)), /^Sat, 31 Jan 2026 23:59:09 [+-]\d{4}$/);
});
