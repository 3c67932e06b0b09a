/** A reload takes use_vmac away and gives it back, changes the MAC address, and removes the instance. */
import { instance } from '../../lib/config.ts';
import { filtersOf } from '../../lib/firewall.ts';
import { linksOf } from '../../lib/links.ts';
import { scenario } from '../../lib/scenario.ts';

const plain = { priority: 150 };
const withVmac = (...words: string[]) => instance({ ...plain, more: [['use_vmac', ...words].join(' ')] });
const other = instance({ name: 'OTHER', vrid: 52, priority: 150, vips: ['10.0.0.52/24'] });

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.notifyInAnyOrder = true;
  await scene.phase('start', 'outcome');
  await a.start(withVmac('vm51'));
  await scene.master(a);
  await scene.phase('unchanged');
  await a.reload();
  await scene.moreAdverts(a, 2);
  await scene.phase('without');
  await a.reload(instance(plain));
  await a.sees(/Entering MASTER STATE/, 2);
  scene.fact('without', await linksOf(a.ns));
  scene.fact('filters without', await filtersOf(a.ns));
  await scene.phase('with');
  await a.reload(withVmac('vm52'));
  await a.sees(/Entering MASTER STATE/, 3);
  scene.fact('with', await linksOf(a.ns));
  await scene.phase('other MAC address', 'outcome');
  await a.reload(withVmac('vm52', '02:00:00:00:77:01'));
  await scene.moreAdverts(a, 2);
  scene.fact('other MAC address', await linksOf(a.ns));
  await scene.phase('other name', 'outcome');
  await a.reload(withVmac('vm53'));
  await scene.moreAdverts(a, 3);
  scene.fact('other name', await linksOf(a.ns));
  scene.fact('filters other name', await filtersOf(a.ns));
  await scene.phase('removed', 'outcome');
  await a.reload(other);
  await a.sees(/\(OTHER\) Entering MASTER STATE/);
  scene.fact('removed', await linksOf(a.ns));
});
