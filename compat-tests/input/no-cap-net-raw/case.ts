/** Started without CAP_NET_RAW. */
import { instance } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const wrapper = ['setpriv', '--inh-caps', '-net_raw', '--bounding-set', '-net_raw'];

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await a.start(instance({ usual: false, priority: 150 }), { wrapper });
  const ended = () => a.daemon.exitCode !== undefined;
  await until(() => ended() || scene.adverts('a').length > 2 || a.state() === 'MASTER', 8_000, 'a result');
  scene.fact('exit code', a.daemon.exitCode ?? 'runs');
});
