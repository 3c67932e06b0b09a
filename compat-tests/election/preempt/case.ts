/** A higher router that starts while a lower one is master discards its adverts and takes over. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('lower is master');
  await b.start(instance({ priority: 100 }));
  await scene.master(b);
  await scene.moreAdverts(b, 3);
  await scene.phase('higher starts');
  await a.start(instance({ priority: 150 }));
  await scene.master(a);
  await scene.state(b, 'BACKUP');
  await scene.moreAdverts(a, 3);
  scene.timing('longest silence', Math.max(...scene.gapsMs(b), scene.takeoverMs(b, a)), 0, 200);
});
