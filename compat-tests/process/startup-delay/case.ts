/** vrrp_startup_delay: nothing is sent and no address is there before it is over. */
import { instance, masterDownMs } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await a.start(instance({ priority: 150 }), { globals: ['vrrp_startup_delay 1.5'] });
  await scene.master(a);
  const launchedMs = a.launchedUs / 1000;
  const first = (scene.adverts('a')[0]?.atUs ?? 0) / 1000 - launchedMs;
  const readyMs = (a.logged(/^Startup complete/)[0]?.atMs ?? 0) - launchedMs;
  const expected = 1500 + masterDownMs({ priority: 150 });
  scene.timing('start to first advert', first, expected, readyMs + expected);
});
