/** higher_prio_send_advert: the master sends one more advert before it yields. */
import { instance } from '../../lib/config.ts';
import { Injector } from '../../lib/inject.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const injector = await Injector.start(lab);
  await scene.phase('start');
  await a.start(instance({ priority: 150, more: ['higher_prio_send_advert'] }));
  await scene.master(a);
  await scene.phase('higher advert');
  await scene.moreAdverts(a, 2);
  const sentUs = Date.now() * 1000;
  injector.repeat({ priority: 200 }, 100);
  await scene.state(a, 'BACKUP');
  await until(() => Date.now() * 1000 - sentUs > 150_000, 5_000, 'a moment');
  scene.timing('last advert', ((scene.adverts('a', sentUs)[0]?.atUs ?? 0) - sentUs) / 1000, 0, 30);
  scene.fact('adverts after the higher one', scene.adverts('a', sentUs).length);
  await scene.phase('nothing more');
  await injector.stop();
  await scene.master(a);
});
