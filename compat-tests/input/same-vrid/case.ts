/** Two instances with one VRID on one interface. */
import { instance } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  instance({ usual: false, name: 'ONE', priority: 150 }),
  instance({ usual: false, name: 'TWO', priority: 150, vips: ['10.0.0.101/24'] }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await a.start(text);
  if (a.daemon.exitCode === undefined) {
    await until(() => a.state('ONE') === 'MASTER' || a.daemon.exitCode !== undefined, 8_000, 'the first one');
  }
  scene.fact('exit code', a.daemon.exitCode ?? 'runs');
});
