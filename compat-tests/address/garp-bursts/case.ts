/**
 * Second bursts of announcements, one for each cause of a first one: a master that yielded and came back
 * within the delay still owes the one of its first time, and every lower advert has one of its own.
 */
import { instance } from '../../lib/config.ts';
import { Injector } from '../../lib/inject.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const more = [
  'garp_master_repeat 2',
  'garp_master_delay 2',
  'garp_lower_prio_repeat 3',
  'garp_lower_prio_delay 2',
  'notify @NOTIFY@',
];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const injector = await Injector.start(lab);
  const bursts = async (count: number): Promise<number[]> => {
    await until(() => scene.announcements('a').length >= count, 8_000, `${count} announcements`);
    return scene.announcements('a').map((frame) => frame.atUs / 1000);
  };
  await scene.phase('twice master', 'outcome');
  await a.start(instance({ priority: 150, advert: 0.1, more, usual: false }));
  await scene.master(a);
  injector.send({ priority: 200, interval: 10 });
  await a.sees(/Entering BACKUP STATE$/);
  const twice = await bursts(8);
  scene.timing('what the first time owes', (twice[4] ?? 0) - (twice[0] ?? 0), 2000);
  scene.timing('what the second time owes', (twice[6] ?? 0) - (twice[2] ?? 0), 2000);
  await scene.phase('lower adverts', 'outcome');
  injector.send({ priority: 50, interval: 10 });
  await bursts(3);
  await scene.moreAdverts(a, 3);
  injector.send({ priority: 50, interval: 10 });
  const lower = await bursts(12);
  scene.timing('after the first lower advert', (lower[6] ?? 0) - (lower[0] ?? 0), 2000);
  scene.timing('after the second', (lower[9] ?? 0) - (lower[3] ?? 0), 2000);
  await injector.stop();
});
