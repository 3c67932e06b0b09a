/** A preempt_delay of one member holds the group back. */
import { both, pair } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  scene.notifyInAnyOrder = true;
  await scene.phase('master');
  await b.start(pair({ priority: 100 }));
  await both(b, 'MASTER');
  await scene.phase('better one waits', 'outcome');
  await a.start(pair({ priority: 200, one: { more: ['preempt_delay 2'] } }));
  await a.sees(/\(ONE\) start preempt delay/);
  const startMs = Date.now();
  await both(a, 'MASTER');
  // The delay, then a whole timer of ONE from the last advert that it still accepted.
  scene.timing('delay', Date.now() - startMs, 2_000, 2_000 + 200 + 640);
  await both(b, 'BACKUP');
});
