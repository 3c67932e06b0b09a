/** interface_up_down_delays: a change of a link counts after a delay, and not when it is undone by then. */
import { setTimeout as delay } from 'node:timers/promises';
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const delays = ['interface_up_down_delays {', '  eth0 0.3 0.5', '}'];
/** With half a second between adverts the delays are short enough to be taken as they are. */
const text = [...delays, instance({ priority: 150, advert: 0.5 })].join('\n');

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await scene.phase('start', 'outcome');
  await a.start(text);
  await scene.master(a);
  await scene.moreAdverts(a, 2);
  await scene.phase('a short loss of the carrier', 'outcome');
  await lab.cable('a', 'down');
  await delay(100);
  await lab.cable('a', 'up');
  await scene.moreAdverts(a, 3);
  await scene.phase('a long one', 'outcome');
  const downMs = Date.now();
  await lab.cable('a', 'down');
  await scene.state(a, 'FAULT');
  scene.timing('until FAULT', (a.logged(/Entering FAULT/).at(-1)?.atMs ?? 0) - downMs, 300);
  await scene.phase('the carrier is back', 'outcome');
  const upMs = Date.now();
  await lab.cable('a', 'up');
  await scene.state(a, 'BACKUP');
  scene.timing('until BACKUP', (a.logged(/Entering BACKUP/).at(-1)?.atMs ?? 0) - upMs, 500);
  await scene.master(a);
  scene.fact(
    'changes told',
    a.logged(/^Netlink reports eth0 (up|down)/).map(({ text: line }) => line),
  );
  scene.fact('changes delayed', a.logged(/^eth0: Adding flags change/).length);
});
