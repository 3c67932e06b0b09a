/** Unicast peers over IPv6: the hop limit is the kernel's default. */
import { unicast } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

const vips = ['fe80::100', 'fd00::100/64'];

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('start');
  await masterAndBackup(
    scene,
    { priority: 150, vips, more: unicast('fd00::1', 'fd00::2') },
    { priority: 100, vips, more: unicast('fd00::2', 'fd00::1') },
  );
  await scene.phase('stop');
  await a.stop();
  await scene.master(b);
});
