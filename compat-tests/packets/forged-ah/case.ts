/**
 * AH adverts at a backup: replayed, with wrong digests, and wrong in what stands behind the header. What each
 * does to the sequence number shows in the one after it.
 */
import type { ForgedAh } from '../../lib/ah.ts';
import { instance } from '../../lib/config.ts';
import type { ForgedAdvert } from '../../lib/forge.ts';
import { Injector } from '../../lib/inject.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';
import { countersOf } from '../../lib/stats.ts';

const password = 'secret12';
const more = ['authentication {', '  auth_type AH', `  auth_pass ${password}`, '}'];

interface Forgery {
  readonly what: string;
  /** Added to the number of the last good advert. */
  readonly number: number;
  readonly ah?: Partial<ForgedAh>;
  readonly advert?: Partial<ForgedAdvert>;
  readonly says: RegExp;
  /** Sent again, the number turns out to be used up. */
  readonly usedUp?: true;
}

const replay = /sequence number \d+ already processed. Packet dropped/;
const invalid = /invalid IPSEC HMAC-MD5 value/;

const FORGERIES: readonly Forgery[] = [
  { what: 'the same number', number: 0, says: replay },
  { what: 'an old number of another sender', number: -50, advert: { source: '10.0.0.78' }, says: replay },
  { what: 'another password', number: 9, ah: { password: 'other' }, says: invalid },
  { what: 'an old number by another password', number: -9, ah: { password: 'other' }, says: invalid },
  {
    what: 'a wrong digest and checksum',
    number: 9,
    ah: { digest: 'bad' },
    advert: { checksum: 'bad' },
    says: invalid,
  },
  { what: 'the SPI of another', number: 9, ah: { spi: [10, 0, 0, 5] }, says: /invalid IPSEC SPI value/ },
  { what: 'TTL 254', number: 9, advert: { ttl: 254 }, says: /invalid TTL/ },
  { what: 'the type of a password', number: 9, advert: { authType: 1 }, says: /received a 1 auth/ },
  { what: 'trailing bytes', number: 9, advert: { trailing: 4 }, says: /too long, length 68 and expect 64/ },
  { what: 'cut short', number: 9, advert: { cutTo: 12 }, says: /too short, length 56 and expect 64/ },
  { what: 'not even a header', number: 9, advert: { cutTo: 4 }, says: /with AH too short - 48 bytes/ },
  { what: 'another interval', number: 1, advert: { interval: 3 }, says: /interval mismatch/, usedUp: true },
  { what: 'a wrong checksum', number: 1, advert: { checksum: 'bad' }, says: /VRRPv2 checksum/, usedUp: true },
  { what: 'a wrong type', number: 1, advert: { type: 3 }, says: /Invalid packet type/, usedUp: true },
];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const injector = await Injector.start(lab);
  let last = 100;
  const send = (sequence: number, ah: Partial<ForgedAh> = {}, advert: Partial<ForgedAdvert> = {}): void =>
    injector.send({
      version: 2,
      authType: 2,
      priority: 200,
      ...advert,
      ah: { password, sequence, ...ah },
    });
  const said = async (says: RegExp, what: string, cause: () => void): Promise<void> => {
    const before = a.logged(says).length;
    cause();
    await until(() => a.logged(says).length > before, 2_000, `what is said to ${what}`);
  };
  await a.start(instance({ version: 2, advert: 1, priority: 150, more }));
  await a.sees(/Entering BACKUP STATE/);
  await scene.phase('forgeries', 'outcome');
  for (const { what, number, ah, advert, says, usedUp } of FORGERIES) {
    // A good one first, because a text is written once until one comes.
    last += 1;
    send(last);
    await said(says, what, () => send(last + number, ah, advert));
    if (!usedUp) continue;
    await said(replay, `a second try after ${what}`, () => send(last + number));
    last += 1;
  }
  await injector.stop();
  scene.fact('counters', await countersOf(a));
  await scene.phase('takeover', 'outcome');
  await scene.master(a);
  scene.fact('first number of our own', (scene.adverts('a')[0]?.ah?.sequence ?? 0) - last);
});
