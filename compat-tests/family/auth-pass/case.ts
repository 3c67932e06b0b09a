/** Simple text password: type 1, the password padded with zeros, both sides agree. */
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

const more = ['authentication {', '  auth_type PASS', '  auth_pass secret', '}'];
const common = { version: 2, advert: 1, more } as const;

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('start');
  await masterAndBackup(scene, { ...common, priority: 150 }, { ...common, priority: 100 });
  await scene.phase('stop');
  await a.stop();
  await scene.master(b);
});
