/** reverse turns the sign of a weight: what is up takes priority away, what is down adds some. */
import { instance } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const weights = ['track_interface {', '  eth1 weight 30 reverse', '}'];
const negative = ['track_interface {', '  eth1 weight -30 reverse', '}'];

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await lab.addLink(1);
  const hears = (host: 'a' | 'b', wanted: number) =>
    until(() => scene.adverts(host).some((p) => p.priority === wanted), 8_000, `priority ${wanted}`);
  await scene.phase('up', 'outcome');
  await a.start(instance({ priority: 100, more: weights }));
  await hears('a', 70);
  await scene.phase('down');
  await lab.cable('a', 'down', 1);
  await hears('a', 100);
  await a.stop();
  await scene.phase('a negative weight', 'outcome');
  await b.start(instance({ priority: 100, more: negative }));
  await hears('b', 100);
  await scene.phase('down as well');
  await lab.cable('b', 'down', 1);
  await hears('b', 130);
});
