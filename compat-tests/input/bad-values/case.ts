/** Values out of range, an unknown keyword, a missing brace at the end. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const more = [
  'priority 300',
  'virtual_router_id 0',
  'no_such_keyword 1',
  'garp_master_repeat many',
  'advert_int zero',
];

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await a.start(instance({ priority: 150, more }).replace(/}$/, ''));
  if (a.daemon.exitCode === undefined) await scene.master(a);
  scene.fact('exit code', a.daemon.exitCode ?? 'runs');
});
