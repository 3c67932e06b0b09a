/** A sync group tracks a file: what it says holds for every member. */
import { writeFileSync } from 'node:fs';
import { instance } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  'track_file f {',
  '  file @DIR@/f',
  '}',
  'vrrp_sync_group G {',
  '  group {',
  '    VI',
  '    VI2',
  '  }',
  '  track_file {',
  '    f weight 1',
  '  }',
  '}',
  instance({ priority: 150 }),
  instance({ name: 'VI2', vrid: 52, priority: 60, vips: ['10.0.0.101/24'] }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  const priorities = (first: number, second: number) =>
    until(
      () => [first, second].every((wanted) => scene.adverts('a').some((p) => p.priority === wanted)),
      8_000,
      `priorities ${first} and ${second}`,
    );
  scene.notifyInAnyOrder = true;
  await scene.phase('start', 'outcome');
  await a.start(text);
  await priorities(150, 60);
  await scene.phase('10', 'outcome');
  writeFileSync(`${a.dir}/f`, '10\n');
  await priorities(160, 70);
  await scene.phase('-254', 'outcome');
  writeFileSync(`${a.dir}/f`, '-254\n');
  await scene.state(a, 'FAULT');
  await until(() => a.state('VI2') === 'FAULT', 5_000, 'VI2 in FAULT');
  await scene.phase('0', 'outcome');
  writeFileSync(`${a.dir}/f`, '0\n');
  await priorities(150, 60);
});
