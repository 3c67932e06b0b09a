/** Two settings of a master, timer_expired_backup and garp_extra_if, and announcements that are asked for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seconds, us } from '../units.ts';
import { formatAddress } from '../wire/address.ts';
import type { InstanceConfig } from './config.ts';
import type { RouterEffect, RouterEvent } from './events.ts';
import { step } from './router.ts';
import { instance, running, vip } from './testing/config.ts';

const now = us(1_000_000);

function master(
  config: InstanceConfig,
  event: RouterEvent,
): { effects: readonly RouterEffect[]; name: string } {
  const { state, effects } = step(config, running(config, { name: 'MASTER' }), event);
  return { effects, name: state.name };
}

const patient = instance({ preempt: false, othersPriority: 254 });

test('the send rule of a master waits as long as a backup of the given priority does', () => {
  for (const [config, patience] of [
    [patient, 3_007_812],
    [instance({ preempt: false, othersPriority: 100, downTimerAdverts: 5 }), 5_609_375],
    [instance({ preempt: false }), undefined],
  ] as const) {
    const { effects } = step(config, running(config), { event: 'masterDown', dueAtUs: now, nowUs: now });
    const rule = effects.find((effect) => effect.effect === 'advertise')?.rule;
    assert.equal(rule?.giveUpAfterUs, patience);
  }
});

test('a master whose advert came too late is a backup, and says no goodbye that would hurry others', () => {
  const { effects, name } = master(patient, { event: 'advertLate', nowUs: now });
  assert.equal(name, 'BACKUP');
  const kinds = effects.map((effect) => effect.effect);
  assert.ok(!kinds.includes('sendAdvert'));
  assert.ok(effects.some((effect) => effect.effect === 'addresses' && effect.action === 'remove'));
  assert.ok(effects.some((effect) => effect.effect === 'hold' && effect.rule?.deadlineUs === 4_609_375));
});

test('for anybody else a late advert is no event', () => {
  const { state, effects } = step(patient, running(patient), { event: 'advertLate', nowUs: now });
  assert.deepEqual([state.name, effects], ['BACKUP', []]);
});

test('whoever asks a master has its addresses announced once, and nobody else any', () => {
  const config = instance({ vips: [vip('10.0.0.1')], excludedVips: [vip('10.0.0.2')] });
  const { effects } = master(config, { event: 'announce', nowUs: now });
  assert.deepEqual(effects, [
    { effect: 'announce', addresses: [...config.vips, ...config.excludedVips], repeat: 1 },
  ]);
  assert.deepEqual(step(config, running(config), { event: 'announce', nowUs: now }).effects, []);
});

const { garp } = instance();
const spread = instance({
  vips: [vip('10.0.0.200'), vip('10.0.1.200', { dev: 'eth1' }), vip('10.0.0.201', { dev: 'eth0' })],
  excludedVips: [vip('10.0.2.200', { dev: 'eth2' })],
  garp: { ...garp, extraIfUs: seconds(7), extraIfAll: true },
});

test('addresses on other interfaces are announced once in each period', () => {
  const started = step(spread, running(spread), { event: 'masterDown', dueAtUs: now, nowUs: now });
  const due = { effect: 'arm', timer: 'garpExtraIf', dueAtUs: us(8_000_000) } as const;
  assert.ok(started.effects.some((effect) => effect.effect === 'arm' && effect.timer === 'garpExtraIf'));
  const event = { event: 'timer', timer: 'garpExtraIf', dueAtUs: now, nowUs: now } as const;
  const [announce, again, ...more] = master(spread, event).effects;
  assert.ok(announce?.effect === 'announce');
  const addresses = announce.addresses.map(({ address }) => formatAddress(address));
  assert.deepEqual(
    [addresses, announce.repeat, announce.vmacOnly],
    [['10.0.1.200', '10.0.2.200'], 1, undefined],
  );
  assert.deepEqual([again, more], [due, []]);
  const vmacs = { ...spread, garp: { ...spread.garp, extraIfAll: false } };
  assert.ok(master(vmacs, event).effects.some((effect) => effect.effect === 'announce' && effect.vmacOnly));
});

test('a reload starts, changes and ends the period', () => {
  const none = { ...spread, garp: { ...spread.garp, extraIfUs: us(0) } };
  const timers = (from: InstanceConfig, to: InstanceConfig): RouterEffect[] =>
    master(from, { event: 'configure', config: to, nowUs: now }).effects.filter(
      (effect) => effect.effect === 'arm' || effect.effect === 'cancel',
    );
  assert.deepEqual(timers(none, spread), [{ effect: 'arm', timer: 'garpExtraIf', dueAtUs: 8_000_000 }]);
  assert.deepEqual(timers(spread, none), [{ effect: 'cancel', timer: 'garpExtraIf' }]);
  assert.deepEqual(timers(spread, spread), []);
});
