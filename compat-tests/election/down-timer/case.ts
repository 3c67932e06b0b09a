/** vrrp_down_timer_adverts for one instance, down_timer_adverts for another: how long each waits. */
import { instance, skewMs } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.notifyInAnyOrder = true;
  await scene.phase('start', 'outcome');
  const one = instance({ priority: 150 });
  const two = instance({
    name: 'TWO',
    vrid: 52,
    priority: 150,
    vips: ['10.0.0.101/24'],
    more: ['down_timer_adverts 8'],
  });
  await a.start(`${one}\n${two}`, { globals: ['vrrp_down_timer_adverts 2'] });
  await scene.master(a);
  await a.sees(/^\(TWO\) Entering MASTER STATE/);
  const first = (vrid: number): number =>
    (scene.adverts('a').find((advert) => advert.vrid === vrid)?.atUs ?? 0) / 1000;
  const readyMs = a.logged(/^\(\S+\) Entering BACKUP/)[0]?.atMs ?? 0;
  const launchedMs = a.launchedUs / 1000;
  const skew = skewMs({ priority: 150 });
  scene.timing('two adverts', first(51) - launchedMs, 400 + skew, readyMs - launchedMs + 400 + skew);
  scene.timing('six adverts later', first(52) - first(51), 1200);
});
