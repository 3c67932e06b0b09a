/** A VMAC that somebody switches off and on loses its IPv6 addresses, also the one that adverts come from. */
import { silent } from '../../lib/config.ts';
import { ipBatch } from '../../lib/exec.ts';
import { scenario } from '../../lib/scenario.ts';

/** 2.2.7 stays in FAULT. */
export const since = 'none';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  scene.endDetail = 'outcome';
  await scene.phase('start', 'outcome');
  await a.start(silent({ priority: 150, vips: ['fe80::100/64', 'fd00::100/64'], more: ['use_vmac'] }));
  await scene.master(a);
  await scene.phase('off and on', 'outcome');
  await ipBatch(a.ns, ['link set vrrp.51 down', 'link set vrrp.51 up']);
  await a.enters('MASTER', ['VI'], 2);
  await scene.phase('address taken', 'outcome');
  await lab.ip('a', 'address', 'del', 'fe80::1/64', 'dev', 'vrrp.51');
  await a.enters('MASTER', ['VI'], 3);
});
