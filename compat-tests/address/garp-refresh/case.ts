/** garp_master_refresh: one burst a second while master. */
import { instance } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const more = [
  'garp_master_repeat 1',
  'garp_master_delay 0',
  'garp_master_refresh 1',
  'garp_master_refresh_repeat 2',
];

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await a.start(instance({ priority: 150, more, usual: false }));
  await scene.master(a);
  await until(() => scene.announcements('a').length >= 7, 8_000, 'three refreshes');
  const times = scene.announcements('a').map((frame) => frame.atUs / 1000);
  scene.timing('first refresh', (times[1] ?? 0) - (times[0] ?? 0), 800, 1200);
  scene.timing('second refresh', (times[3] ?? 0) - (times[1] ?? 0), 1000, 1200);
});
