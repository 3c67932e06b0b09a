/** Another router claims to be the address owner too. */
import { instance } from '../../lib/config.ts';
import { Injector } from '../../lib/inject.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const injector = await Injector.start(lab);
  await scene.phase('start');
  await a.start(instance({ priority: 255, state: 'MASTER' }));
  await scene.master(a);
  await scene.phase('an owner with a higher address');
  injector.repeat({ priority: 255 }, 60);
  await scene.state(a, 'BACKUP');
  await scene.phase('nothing more');
  injector.hush();
  await scene.master(a);
  await injector.stop();
});
