/** SIGHUP without one of two instances: it ends with its addresses, the other one is not disturbed. */
import { instance } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const one = instance({ name: 'ONE', priority: 150, vrid: 51 });
const two = instance({ name: 'TWO', priority: 150, vrid: 52, vips: ['10.0.0.101/24'] });

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.notifyInAnyOrder = true;
  await scene.phase('start', 'outcome');
  await a.start(`${one}\n${two}`);
  await until(() => a.state('ONE') === 'MASTER' && a.state('TWO') === 'MASTER', 8_000, 'both to be master');
  await scene.phase('one removed', 'outcome');
  await a.reload(one);
  await scene.moreAdverts(a, 3);
  await scene.phase('added again', 'outcome');
  await a.reload(`${one}\n${two}`);
  await a.sees(/\(TWO\) Entering MASTER STATE/, 2);
});
