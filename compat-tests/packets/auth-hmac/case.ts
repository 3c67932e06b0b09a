/**
 * Signed adverts between two routers, keys changed on the way, and what is not accepted: unsigned, by
 * another key, changed, old, and sent again. The trailers are verified and forged without alived's own code.
 */
import assert from 'node:assert/strict';
import { instance } from '../../lib/config.ts';
import { type HmacKey, hmacFields, hmacVerifies } from '../../lib/hmac.ts';
import { Injector } from '../../lib/inject.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';
import { countersOf } from '../../lib/stats.ts';

export const since = '2.4.2';

const first: HmacKey = { id: 1, secret: '0123456789abcdef0123456789abcdef' };
const second: HmacKey = { id: 2, secret: 'fedcba9876543210fedcba9876543210fedcba98' };
const hex = Buffer.from(second.secret).toString('hex');

const signed = (active: number, ...more: string[]) => [
  'auth_hmac {',
  `  key 1 ${first.secret}`,
  `  key 2 hex:${hex}`,
  `  active_key ${active}`,
  ...more,
  '}',
];

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  const injector = await Injector.start(lab);
  const router = (priority: number, active: number) => instance({ priority, more: signed(active) });
  await a.start(router(150, 1));
  await scene.master(a);
  await b.start(router(100, 1));
  await scene.moreAdverts(a, 4);
  const adverts = scene.adverts('a');
  assert.ok(
    adverts.every(({ raw }) => hmacVerifies(raw, first)),
    'every signature verifies',
  );
  const sequences = adverts.map(({ raw }) => hmacFields(raw).sequence);
  assert.ok(
    sequences.every((sequence, at) => at === 0 || sequence > (sequences[at - 1] ?? 0n)),
    'numbers grow',
  );
  assert.ok(
    adverts.every(({ raw, atUs }) => Math.abs(hmacFields(raw).atUs - atUs) < 1_000_000),
    'and tell the time',
  );

  await scene.phase('another key');
  await a.reload(router(150, 2));
  await until(() => scene.adverts('a').some(({ raw }) => hmacVerifies(raw, second)), 5_000, 'the second key');
  await scene.moreAdverts(a, 4);
  assert.equal(b.state(), 'BACKUP', 'the backup knows the second key too');

  await scene.phase('forgeries');
  const forged = { priority: 200 } as const;
  const wrongs = [
    ['is not signed', forged],
    ['unknown auth_hmac key 9', { ...forged, hmac: { key: { ...first, id: 9 } } }],
    ['invalid auth_hmac signature by key 1', { ...forged, hmac: { key: { ...second, id: 1 } } }],
    ['malformed auth_hmac trailer', { ...forged, hmac: { key: first, type: 2 } }],
    ['differs by 60 seconds', { ...forged, hmac: { key: first, ageSeconds: 60 } }],
  ] as const;
  for (const [says, advert] of wrongs) {
    injector.send(advert);
    await a.sees(new RegExp(says));
  }
  assert.equal(a.state(), 'MASTER', 'nobody unproved becomes master');
  // The signed advert itself is taken; its copy is not, and a, which hears nothing more, takes over again.
  const good = { ...forged, hmac: { key: first } };
  injector.repeat(good, 50);
  await scene.state(a, 'BACKUP');
  await a.sees(/replayed auth_hmac advert of 10\.0\.0\.77/);
  await scene.master(a);
  injector.hush();
  const counters = await countersOf(a);
  for (const counter of ['Missing', 'Malformed', 'Unknown Key', 'Invalid HMAC', 'Stale']) {
    assert.equal(counters[`Authentication Extension Errors/${counter}`], 1, counter);
  }
  assert.ok((counters['Authentication Extension Errors/Replay'] ?? 0) > 3);
  await injector.stop();
});
