/** preempt_delay: lower adverts are accepted for the delay, then discarded; takeover by the down timer. */
import { instance, masterDownMs } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('lower is master');
  await b.start(instance({ priority: 100 }));
  await scene.master(b);
  await scene.phase('higher starts');
  await a.start(instance({ priority: 150, more: ['preempt_delay 1'] }));
  const startedUs = Date.now() * 1000;
  await scene.master(a);
  await scene.state(b, 'BACKUP');
  // The delay runs from the first advert heard; the last advert accepted within it starts the down timer.
  const heard = scene.adverts('b', startedUs)[0]?.atUs ?? 0;
  const waited = ((scene.adverts('a')[0]?.atUs ?? 0) - heard) / 1000;
  const down = masterDownMs({ priority: 150 });
  scene.timing('first lower advert to takeover', waited, 790 + down, 1000 + down);
});
