/** Three members in VRRPv2, listed in another order than they are defined: who follows in which order. */
import { instance } from '../../lib/config.ts';
import { syncGroup } from '../../lib/groups.ts';
import { until } from '../../lib/poll.ts';
import type { Router } from '../../lib/router.ts';
import { scenario } from '../../lib/scenario.ts';

const NAMES = ['ONE', 'TWO', 'THREE'];
const all = (router: Router, state: string) =>
  until(() => NAMES.every((name) => router.state(name) === state), 12_000, `all of them to be ${state}`);

const text = (priority: number, more: readonly string[]) =>
  [
    ...NAMES.map((name, at) =>
      instance({
        name,
        // The second one is the last to time out.
        priority: at === 1 ? priority - 60 : priority,
        vrid: 51 + at,
        version: 2,
        advert: 1,
        vips: [`10.0.0.${100 + at}/24`],
      }),
    ),
    syncGroup(['THREE', 'TWO', 'ONE'], more),
  ].join('\n');

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  scene.notifyInAnyOrder = true;
  await lab.addLink(1);
  await scene.phase('start');
  await a.start(text(200, ['track_interface {', '  eth1', '}']));
  await all(a, 'MASTER');
  await a.sees(/\(ONE\) Sending\/queueing/);
  await scene.phase('fault');
  await lab.cable('a', 'down', 1);
  await all(a, 'FAULT');
  await scene.phase('fault gone');
  await lab.cable('a', 'up', 1);
  await all(a, 'MASTER');
  await a.sees(/\(ONE\) Sending\/queueing/, 2);
});
