/** garp_master_repeat and garp_master_delay: two bursts, the second one second after the first. */
import { instance } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const more = ['garp_master_repeat 3', 'garp_master_delay 1', 'notify @NOTIFY@'];
const vips = ['10.0.0.100/24', '10.0.0.101/24'];

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await a.start(instance({ priority: 150, vips, more, usual: false }));
  await scene.master(a);
  await until(() => scene.announcements('a').length >= 12, 8_000, 'the second burst');
  const times = scene.announcements('a').map((frame) => frame.atUs / 1000);
  scene.timing('second burst', (times[6] ?? 0) - (times[0] ?? 0), 1000);
  scene.timing(
    'advert to first announcement',
    (times[0] ?? 0) - (scene.adverts('a')[0]?.atUs ?? 0) / 1000,
    0,
    20,
  );
});
