/** The scripts of a group for single states, beside its general one, from start to stop. */
import { both, pair } from '../../lib/groups.ts';
import { scenario } from '../../lib/scenario.ts';

const STATES = ['master', 'backup', 'fault', 'stop'];
const scripts = STATES.map((state) => `notify_${state} "@NOTIFY@ group is ${state}"`);

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  scene.notifyInAnyOrder = true;
  await lab.addLink(1);
  await scene.phase('start', 'outcome');
  await a.start(pair({ priority: 200, apart: true, group: scripts }));
  await both(a, 'MASTER');
  await scene.phase('fault', 'outcome');
  await lab.cable('a', 'down', 1);
  await both(a, 'FAULT');
  await scene.phase('fault gone', 'outcome');
  await lab.cable('a', 'up', 1);
  await both(a, 'MASTER');
  await scene.phase('stop', 'outcome');
  await a.stop();
});
