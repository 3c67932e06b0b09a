/** init_file: a missing file is made, an existing one is kept or overwritten. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const file = (name: string, init: string): string[] => [
  `track_file ${name} {`,
  `  file @DIR@/${name}`,
  `  init_file ${init}`,
  '}',
];

const text = [
  ...file('fresh', '12'),
  ...file('kept', '30'),
  ...file('over', '5 overwrite'),
  instance({ priority: 100, more: ['track_file {', '  fresh', '  kept', '  over', '}'] }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  writeFileSync(`${a.dir}/kept`, '1\n');
  writeFileSync(`${a.dir}/over`, '100\n');
  await scene.phase('start', 'outcome');
  await a.start(text);
  await scene.master(a);
  await scene.moreAdverts(a, 2);
  for (const name of ['fresh', 'kept', 'over']) scene.fact(name, readFileSync(`${a.dir}/${name}`, 'utf8'));
  scene.fact('mode of a fresh file', (statSync(`${a.dir}/fresh`).mode & 0o777).toString(8));
  scene.fact('priority', scene.adverts('a').at(-1)?.priority ?? 0);
});
