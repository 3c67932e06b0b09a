/** Unicast with a source address and no interface: the kernel finds the way; the address names its own. */
import { withoutInterface } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

/** 2.2.7 refuses it. */
export const since = '2.3.0';

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await scene.phase('start');
  await a.start(withoutInterface(1, 2, 150));
  await scene.master(a);
  await b.start(withoutInterface(2, 1, 100));
  await scene.state(b, 'BACKUP');
  await scene.moreAdverts(a, 2);
  await scene.phase('link down');
  await lab.cable('a', 'down');
  await scene.master(b);
  if ((await lab.resolve('10.0.0.100')) !== '02:00:00:00:00:02')
    throw new Error('the address did not follow');
});
