/** vrrp_delay_after_boot: instances wait until the machine has been up for as long. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { instance, masterDownMs } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const since = '2.4.0';

const uptime = (): number => Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);

export const run = scenario(async (scene) => {
  const { a } = scene;
  const due = uptime() + 3;
  const uptimeAtZero = uptime() - Date.now() / 1000;
  // The largest value of the keyword is an hour and some minutes.
  if (due > 4294) return;
  await a.start(instance({ priority: 150 }), { globals: [`vrrp_delay_after_boot ${due.toFixed(2)}`] });
  await scene.master(a);
  const first = (scene.adverts('a')[0]?.atUs ?? 0) / 1e6 + uptimeAtZero;
  const expected = due + masterDownMs({ priority: 150 }) / 1000;
  assert.ok(first > expected - 0.1 && first < expected + 0.6, `${first} instead of ${expected}`);
});
