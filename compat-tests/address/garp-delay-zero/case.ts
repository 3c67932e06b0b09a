/** garp_master_delay 0: no second burst. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const more = ['garp_master_repeat 2', 'garp_master_delay 0'];

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await a.start(instance({ priority: 150, more, usual: false }));
  await scene.master(a);
  await scene.moreAdverts(a, 10);
  scene.fact('announcements', scene.announcements('a').length);
});
