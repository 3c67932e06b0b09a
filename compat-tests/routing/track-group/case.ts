/** A static route of a track group: the interface it needs goes down, and the instance goes to FAULT. */
import { block, instance } from '../../lib/config.ts';
import { policyOf } from '../../lib/routing.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  ...block('track_group tg', block('group', ['VI'])),
  ...block('static_routes', ['10.50.0.0/24 dev eth1 track_group tg']),
  instance({ priority: 150 }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await lab.addLink(1);
  await scene.phase('start', 'outcome');
  await a.start(text);
  await scene.master(a);
  await scene.phase('down');
  await lab.ip('a', 'link', 'set', 'eth1', 'down');
  await scene.state(a, 'FAULT');
  await scene.phase('up', 'outcome');
  await lab.ip('a', 'link', 'set', 'eth1', 'up');
  await a.sees(/Entering MASTER STATE/, 2);
  await a.sees(/Restoring deleted static route/);
  scene.fact('policy', await policyOf(a.ns));
});
