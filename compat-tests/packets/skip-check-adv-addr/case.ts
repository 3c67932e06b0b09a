/** skip_check_adv_addr: the master heard before may announce other addresses, whoever is new may not. */
import { instance } from '../../lib/config.ts';
import { Injector } from '../../lib/inject.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';
import { countersOf } from '../../lib/stats.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const injector = await Injector.start(lab);
  await scene.phase('other addresses of the same master', 'outcome');
  injector.repeat({ priority: 200 }, 60);
  await a.start(instance({ priority: 100 }), { globals: ['vrrp_skip_check_adv_addr'] });
  await a.sees(/Entering BACKUP STATE/);
  injector.send({ priority: 200 });
  injector.repeat({ priority: 200, vips: ['10.0.0.111'] }, 60);
  // Longer than the down timer of an instance that hears nobody.
  const limitMs = Date.now() + 1_200;
  await until(() => a.state() === 'MASTER' || Date.now() > limitMs, 5_000, 'a decision');
  scene.fact('state', a.state() ?? '');
  scene.fact('complaints', a.logged(/address associated/).length);
  injector.hush();
  await scene.master(a);
  const counters = await countersOf(a);
  scene.fact('counted', counters['Packet Errors/Address List'] ?? 0);
  await injector.stop();
});
