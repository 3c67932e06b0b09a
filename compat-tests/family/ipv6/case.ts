/**
 * IPv6: the link-local VIP comes first in the advert, unsolicited NAs announce every VIP, /128 is deprecated.
 */
import { skewMs } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

const vips = ['fe80::100', 'fd00::100/64', 'fd00::101'];

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('start');
  await masterAndBackup(scene, { priority: 150, vips }, { priority: 100, vips });
  await scene.phase('stop');
  await a.stop();
  await scene.master(b);
  scene.timing('takeover', scene.takeoverMs(a, b), skewMs({ priority: 100 }));
});
