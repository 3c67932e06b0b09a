/** A master that hears a higher advert becomes backup without a word, and takes over when it ends. */
import { instance } from '../../lib/config.ts';
import { Injector } from '../../lib/inject.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const injector = await Injector.start(lab);
  await scene.phase('start');
  await a.start(instance({ priority: 150 }));
  await scene.master(a);
  await scene.phase('higher advert');
  injector.repeat({ priority: 200 }, 60);
  await scene.state(a, 'BACKUP');
  await scene.phase('nothing more');
  injector.hush();
  await scene.master(a);
  await injector.stop();
});
