/** preempt_delay does not slow down a takeover from a master that died. */
import { instance, masterDownMs } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('lower is master');
  await b.start(instance({ priority: 100 }));
  await scene.master(b);
  await scene.phase('higher waits');
  await a.start(instance({ priority: 150, more: ['preempt_delay 20'] }));
  await scene.moreAdverts(b, 5);
  scene.fact('adverts of the higher one', scene.adverts('a').length);
  await scene.phase('lower dies');
  await b.crash();
  await scene.master(a);
  scene.timing('takeover', scene.takeoverMs(b, a), masterDownMs({ priority: 150 }));
});
