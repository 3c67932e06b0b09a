/** garp_lower_prio_repeat and garp_lower_prio_delay apply to the answer to a lower advert. */
import { instance } from '../../lib/config.ts';
import { Injector } from '../../lib/inject.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const more = ['garp_lower_prio_repeat 2', 'garp_lower_prio_delay 1'];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const injector = await Injector.start(lab);
  await scene.phase('start');
  await a.start(instance({ priority: 150, more }));
  await scene.master(a);
  await scene.phase('lower advert');
  injector.send({ priority: 100 });
  await until(() => scene.announcements('a').length >= 4, 8_000, 'both bursts');
  await scene.moreAdverts(a, 3);
  const times = scene.announcements('a').map((frame) => frame.atUs / 1000);
  scene.timing('second burst', (times[2] ?? 0) - (times[0] ?? 0), 1000);
  await injector.stop();
});
