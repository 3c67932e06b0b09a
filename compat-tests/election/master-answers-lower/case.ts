/** A master that hears a lower advert answers at once with its own and announces its addresses. */
import { instance } from '../../lib/config.ts';
import { Injector } from '../../lib/inject.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const injector = await Injector.start(lab);
  await scene.phase('start');
  await a.start(instance({ priority: 150 }));
  await scene.master(a);
  await scene.phase('lower advert');
  await scene.moreAdverts(a, 2);
  const sentUs = Date.now() * 1000;
  injector.send({ priority: 100 });
  await scene.moreAdverts(a, 3);
  scene.timing('answer', ((scene.adverts('a', sentUs)[0]?.atUs ?? 0) - sentUs) / 1000, 0, 20);
  scene.fact('announcements', scene.announcements('a').length);
  await injector.stop();
});
