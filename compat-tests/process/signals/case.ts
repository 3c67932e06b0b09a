/** SIGUSR1, SIGUSR2 and the JSON signal write their files; none of them disturbs the adverts. */
import { readdirSync } from 'node:fs';
import { instance } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const present = (dir: string) =>
  readdirSync(dir).filter((name) => /^keepalived.*\.(data|stats|json)$/.test(name));

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await a.start(instance({ priority: 150 }));
  await scene.master(a);
  const sends: readonly [NodeJS.Signals | number, string][] = [
    ['SIGUSR1', 'keepalived.data'],
    ['SIGUSR2', 'keepalived.stats'],
    [36, 'keepalived.json'],
  ];
  for (const [signal, file] of sends) {
    await scene.phase(`signal for ${file}`);
    a.daemon.signal(signal);
    await until(() => present(a.dir).includes(file), 5_000, file);
    await scene.moreAdverts(a, 2);
  }
  scene.fact('files', present(a.dir).sort());
  scene.timing('longest interval', Math.max(...scene.gapsMs(a)), 0, 200);
});
