/** lower_prio_no_advert: the lower advert is answered by announcements only. */
import { instance } from '../../lib/config.ts';
import { Injector } from '../../lib/inject.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const injector = await Injector.start(lab);
  await scene.phase('start');
  await a.start(instance({ priority: 150, more: ['lower_prio_no_advert'] }));
  await scene.master(a);
  await scene.phase('lower advert');
  await scene.moreAdverts(a, 2);
  injector.send({ priority: 100 });
  await scene.moreAdverts(a, 4);
  scene.fact('announcements', scene.announcements('a').length);
  scene.fact(
    'an advert close to another',
    scene.gapsMs(a).some((ms) => ms < 150),
  );
  await injector.stop();
});
