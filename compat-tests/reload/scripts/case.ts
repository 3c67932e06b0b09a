/** Results of tracked scripts outlive a reload: one that works, one that does not, one that has none yet. */
import { block, instance, script } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  script('good', '/bin/true', ['interval 1']),
  script('bad', '/bin/false', ['interval 1', 'weight 5']),
  script('slow', '/bin/sleep 60', ['interval 60', 'timeout 90', 'weight 5']),
  instance({ priority: 150, more: block('track_script', ['good', 'bad', 'slow']) }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start', 'outcome');
  await a.start(text);
  await scene.master(a);
  await a.sees(/VRRP_Script\(bad\) failed/);
  await scene.phase('reload', 'outcome');
  await a.reload(text);
  await scene.moreAdverts(a, 3);
  scene.fact(
    'inherited',
    a.logged(/on reload/).map((line) => line.text),
  );
});
