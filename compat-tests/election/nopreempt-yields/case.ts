/** nopreempt binds only the router that has it: as master it still yields to a higher one that preempts. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await scene.phase('nopreempt is master');
  await a.start(instance({ priority: 150, more: ['nopreempt'] }));
  await scene.master(a);
  await scene.phase('higher starts');
  await b.start(instance({ priority: 200 }));
  await scene.master(b);
  await scene.state(a, 'BACKUP');
  await scene.phase('higher loses its link');
  await lab.cable('b', 'down');
  await scene.master(a);
  await scene.phase('link is back');
  await lab.cable('b', 'up');
  await scene.master(b);
  await scene.state(a, 'BACKUP');
});
