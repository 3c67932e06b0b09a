/** unicast_fault_no_peer: without a peer the instance waits in FAULT; a reload that names one frees it. */
import { block, instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const spec = { priority: 150 };
const keywords = ['unicast_fault_no_peer', 'unicast_src_ip 10.0.0.1'];

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await a.start(instance({ ...spec, more: keywords }));
  await a.sees(/sockpool/);
  await scene.phase('reload', 'outcome');
  await a.reload(instance({ ...spec, more: [...keywords, ...block('unicast_peer', ['10.0.0.2'])] }));
  await scene.master(a);
});
