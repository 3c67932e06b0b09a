/** The VRRP child is killed: its successor finds the VMAC and goes on with it. */
import { instance } from '../../lib/config.ts';
import { linksOf } from '../../lib/links.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const indexOf = async () => JSON.parse(await lab.ip('a', '-j', 'link', 'show', 'vrrp.51'))[0].ifindex;
  await scene.phase('start', 'outcome');
  await a.start(instance({ priority: 150, more: ['use_vmac'] }));
  await scene.master(a);
  const before = await indexOf();
  await scene.phase('killed', 'outcome');
  process.kill(a.daemon.pidIn('vrrp') ?? -1, 'SIGKILL');
  await a.sees(/Entering MASTER STATE/, 2);
  await scene.moreAdverts(a, 2);
  scene.fact('found', a.logged(/Found matching interface vrrp.51/).length);
  scene.fact('same interface', (await indexOf()) === before);
  scene.fact('master again', await linksOf(a.ns));
});
