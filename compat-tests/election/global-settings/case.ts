/**
 * Settings of global_defs that an instance takes over: no advert in answer to a lower one, one more before it
 * yields, fewer announcements.
 */
import { instance } from '../../lib/config.ts';
import { Injector } from '../../lib/inject.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const globals = [
  'vrrp_lower_prio_no_advert',
  'vrrp_higher_prio_send_advert',
  'vrrp_garp_master_repeat 2',
  'vrrp_garp_master_delay 0',
  'vrrp_garp_lower_prio_repeat 3',
  'vrrp_garp_lower_prio_delay 0',
];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const injector = await Injector.start(lab);
  await scene.phase('start');
  await a.start(instance({ priority: 150, advert: 1, usual: false, more: ['notify @NOTIFY@'] }), { globals });
  await scene.master(a);
  await scene.phase('lower advert', 'outcome');
  await scene.moreAdverts(a, 1);
  const sentUs = Date.now() * 1000;
  injector.send({ priority: 100, interval: 100 });
  await until(() => scene.announcements('a').length >= 3, 2_000, 'announcements');
  scene.fact('adverts in answer', scene.adverts('a', sentUs).length);
  scene.fact('announcements', scene.announcements('a').length);
  await scene.phase('higher advert', 'outcome');
  await scene.moreAdverts(a, 1);
  const higherUs = Date.now() * 1000;
  injector.send({ priority: 200, interval: 100 });
  await scene.state(a, 'BACKUP');
  scene.fact('adverts before it yields', scene.adverts('a', higherUs).length);
  await injector.stop();
  await scene.master(a);
});
