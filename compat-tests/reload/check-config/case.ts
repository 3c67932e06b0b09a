/** reload_check_config: a file that `-t` complains of changes nothing, and the next good one is taken. */
import { existsSync, readdirSync } from 'node:fs';
import { instance } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  const globals = ['reload_check_config @DIR@/messages', 'reload_file @DIR@/reading'];
  const text = (vip: string): string => instance({ priority: 150, vips: [vip] });
  await scene.phase('start', 'outcome');
  await a.start(text('10.0.0.100/24'), { globals });
  await scene.master(a);
  await scene.phase('refused', 'outcome');
  a.configure(`${text('10.0.0.101/24')}\nnonsense here`, globals);
  a.daemon.signal('SIGHUP');
  await until(() => existsSync(`${a.dir}/messages`), 10_000, 'messages of the check');
  await scene.moreAdverts(a, 3);
  await scene.phase('taken', 'outcome');
  await a.reload(text('10.0.0.102/24'), globals);
  await scene.moreAdverts(a, 3);
  scene.fact('left', readdirSync(a.dir).includes('reading'));
});
