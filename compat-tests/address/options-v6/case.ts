/** IPv6 address lines: prefix, preferred_lft, another interface, duplicate address detection left on. */
import { scenario } from '../../lib/scenario.ts';
import { startTimed } from '../../lib/steps.ts';

const vips = [
  'fe80::100/64',
  'fd00::100/64',
  'fd00::101',
  'fd00::102/64 preferred_lft 0',
  'fd00::103 preferred_lft forever',
  'fd00:1::104/64 dev eth1',
  'fd00::105/64 home',
  'fd00::106/64 -nodad',
];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await lab.addLink(1);
  await scene.phase('start');
  await startTimed(scene, a, { priority: 150, vips });
  await scene.phase('stop');
  await a.stop();
});
