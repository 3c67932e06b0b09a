/** A tracked file is written, removed and replaced: the number in it times its weight moves the priority. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { instance } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  'track_file f {',
  '  file @DIR@/f',
  '  weight 2',
  '}',
  instance({ priority: 150, more: ['track_file {', '  f', '}'] }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  const file = `${a.dir}/f`;
  const priority = (wanted: number) =>
    until(() => scene.adverts('a').some((p) => p.priority === wanted), 5_000, `priority ${wanted}`);
  await scene.phase('start', 'outcome');
  await a.start(text);
  await scene.master(a);
  await b.start(instance({ priority: 100 }));
  await scene.moreAdverts(a, 4);
  await scene.phase('10 is written');
  writeFileSync(file, '10\n');
  await priority(170);
  await scene.phase('removed');
  rmSync(file);
  await priority(150);
  await scene.phase('another file takes its name');
  writeFileSync(`${file}.new`, '0x14 is twenty\n');
  renameSync(`${file}.new`, file);
  await priority(190);
  await scene.phase('a number out of range');
  writeFileSync(file, '99999999999\n');
  await a.sees(/Invalid number/);
  await scene.moreAdverts(a, 2);
  await scene.phase('-30 is written');
  writeFileSync(file, '-30\n');
  await scene.master(b);
  await scene.state(a, 'BACKUP');
  await scene.phase('0 is written');
  writeFileSync(file, '0\n');
  await scene.master(a);
  await scene.state(b, 'BACKUP');
});
