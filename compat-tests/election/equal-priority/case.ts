/** Equal priorities: who is master stays master, and after a partition the higher address wins. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await scene.phase('first one');
  await a.start(instance({ priority: 100 }));
  await scene.master(a);
  await scene.phase('second one');
  await b.start(instance({ priority: 100 }));
  await scene.moreAdverts(a, 6);
  scene.fact('adverts of the second one', scene.adverts('b').length);
  await scene.phase('partition');
  await lab.isolate('b', true);
  await scene.state(b, 'MASTER');
  await scene.phase('healed', 'outcome');
  await lab.isolate('b', false);
  await scene.state(a, 'BACKUP');
  await scene.master(b);
});
