/**
 * AH: digests that verify, and one sequence that goes on behind the highest number heard, through a takeover
 * and a preemption.
 */
import { ahVerifies } from '../../lib/ah.ts';
import { instance } from '../../lib/config.ts';
import type { Advert } from '../../lib/frames.ts';
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

const password = 'secret12';
const more = ['authentication {', '  auth_type AH', `  auth_pass ${password}`, '}'];
const common = { version: 2, advert: 1, more } as const;

const sequences = (adverts: readonly Advert[]): number[] => adverts.map(({ ah }) => ah?.sequence ?? -1);

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  const all: Advert[] = [];
  const collect = () => all.push(...scene.adverts('a'), ...scene.adverts('b'));
  await scene.phase('start');
  await masterAndBackup(scene, { ...common, priority: 150 }, { ...common, priority: 100 });
  const first = scene.adverts('a');
  scene.fact('numbers of the first four', sequences(first.slice(0, 4)));
  scene.fact(
    'IP ids of the first four',
    first.slice(0, 4).map(({ ah }) => ah?.ipId ?? -1),
  );
  collect();
  await scene.phase('takeover');
  await a.stop();
  await scene.master(b);
  const [leaving, taking] = [scene.adverts('a').at(-1), scene.adverts('b')[0]];
  scene.fact(
    'numbers from the goodbye to the takeover',
    (taking?.ah?.sequence ?? 0) - (leaving?.ah?.sequence ?? 0),
  );
  scene.fact('IP id of the takeover', taking?.ah?.ipId ?? -1);
  collect();
  await scene.phase('preemption');
  await a.start(instance({ ...common, priority: 150 }));
  await scene.master(a);
  await scene.moreAdverts(a, 2);
  const before = scene.adverts('b').at(-1)?.ah?.sequence ?? 0;
  scene.fact(
    'numbers of the preemption',
    sequences(scene.adverts('a').slice(0, 2)).map((n) => n - before),
  );
  collect();
  scene.fact(
    'every digest verifies',
    all.every(({ raw }) => ahVerifies(raw.subarray(14), password)),
  );
});
