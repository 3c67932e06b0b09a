/** With nopreempt a higher router leaves a lower master alone, and takes over when that one stops. */
import { instance, skewMs } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('lower is master');
  await b.start(instance({ priority: 100 }));
  await scene.master(b);
  await scene.phase('higher starts');
  await a.start(instance({ priority: 150, more: ['nopreempt'] }));
  await scene.moreAdverts(b, 8);
  scene.fact('adverts of the higher one', scene.adverts('a').length);
  await scene.phase('lower stops');
  await b.stop();
  await scene.master(a);
  scene.timing('takeover', scene.takeoverMs(b, a), skewMs({ priority: 150 }));
  await scene.phase('an even higher one starts');
  await b.start(instance({ priority: 200, more: ['nopreempt'] }));
  await scene.moreAdverts(a, 8);
  scene.fact('adverts of the even higher one', scene.adverts('b').length);
});
