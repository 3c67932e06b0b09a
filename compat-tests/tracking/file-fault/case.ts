/** Files that mean FAULT: one with weight 0, and one whose number goes below -253. */
import { writeFileSync } from 'node:fs';
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  'track_file zero {',
  '  file @DIR@/zero',
  '  weight 0',
  '}',
  'track_file low {',
  '  file @DIR@/low',
  '}',
  instance({ priority: 150, more: ['track_file {', '  zero', '  low', '}'] }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  const write = (name: string, value: number) => writeFileSync(`${a.dir}/${name}`, `${value}\n`);
  write('zero', 1);
  await scene.phase('start in FAULT', 'outcome');
  await a.start(text);
  await scene.state(a, 'FAULT');
  await b.start(instance({ priority: 100 }));
  await scene.master(b);
  await scene.phase('zero is 0');
  write('zero', 0);
  await scene.master(a);
  await scene.state(b, 'BACKUP');
  await scene.moreAdverts(a, 4);
  await scene.phase('zero is 7');
  write('zero', 7);
  await scene.state(a, 'FAULT');
  await scene.master(b);
  await scene.phase('zero is 0 again');
  write('zero', 0);
  await scene.master(a);
  await scene.state(b, 'BACKUP');
  await scene.moreAdverts(a, 4);
  await scene.phase('low is -254');
  write('low', -254);
  await scene.state(a, 'FAULT');
  await scene.master(b);
  await scene.phase('low is 10');
  write('low', 10);
  await scene.master(a);
  await scene.state(b, 'BACKUP');
});
