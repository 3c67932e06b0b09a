/** Priority 0 heard by a backup starts Skew_Time; heard by a master it is answered at once. */
import { instance, skewMs } from '../../lib/config.ts';
import { Injector } from '../../lib/inject.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const injector = await Injector.start(lab);
  await scene.phase('backup of a higher one');
  injector.repeat({ priority: 200 }, 100);
  await a.start(instance({ priority: 150 }));
  await scene.phase('higher one leaves');
  injector.hush();
  const sentUs = Date.now() * 1000;
  injector.send({ priority: 0 });
  await scene.master(a);
  scene.timing('takeover', ((scene.adverts('a')[0]?.atUs ?? 0) - sentUs) / 1000, skewMs({ priority: 150 }));
  await scene.phase('priority 0 at the master');
  await scene.moreAdverts(a, 2);
  const againUs = Date.now() * 1000;
  injector.send({ priority: 0 });
  await scene.moreAdverts(a, 2);
  scene.timing('answer', ((scene.adverts('a', againUs)[0]?.atUs ?? 0) - againUs) / 1000, 0, 200);
  scene.fact('announcements', scene.announcements('a').length);
  await injector.stop();
});
