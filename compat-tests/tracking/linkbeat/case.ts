/** Interfaces that are polled: the carrier goes and comes, one is named that nobody tracks, a reload. */
import { block, instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const vi = instance({ priority: 150 });
const text = [...block('linkbeat_interfaces', ['eth0', 'lo IOCTL']), vi].join('\n');

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await scene.phase('start');
  await a.start(text);
  await scene.master(a);
  await b.start(instance({ priority: 100 }));
  await scene.state(b, 'BACKUP');
  await scene.moreAdverts(a, 2);
  await scene.phase('carrier lost');
  const lostMs = Date.now();
  await lab.cable('a', 'down');
  await scene.state(a, 'FAULT');
  scene.timing('noticed', (a.logged(/^Linkbeat reports eth0 down/)[0]?.atMs ?? 0) - lostMs, 0, 1_000);
  await scene.master(b);
  await scene.phase('carrier back', 'outcome');
  await lab.cable('a', 'up');
  await scene.master(a);
  await scene.state(b, 'BACKUP');
  await scene.phase('another method');
  await a.reload([...block('linkbeat_interfaces', ['eth0 IOCTL']), instance({ priority: 150 })].join('\n'));
  await scene.moreAdverts(a, 3);
});
