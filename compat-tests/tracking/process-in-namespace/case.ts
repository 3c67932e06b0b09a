/** track_process in a network namespace, where the kernel refuses its process events. */
import { spawn } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { instance } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a } = scene;
  // A name that no other laboratory of this machine looks for.
  const name = `al${process.pid}x${Date.now() % 1_000_000}`.slice(0, 15);
  copyFileSync('/usr/bin/sleep', `${a.dir}/${name}`);
  const text = [
    'vrrp_track_process p {',
    `  process ${name}`,
    '  weight 20',
    '}',
    instance({ priority: 100, more: ['track_process {', '  p', '}'] }),
  ].join('\n');
  await scene.phase('start', 'outcome');
  await a.start(text);
  await scene.master(a);
  scene.fact('refusal logged', a.logged(/^Failed to set\/clear process event listen - errno 111/).length);
  await scene.phase('the process starts', 'outcome');
  const child = spawn(`${a.dir}/${name}`, ['60'], { stdio: 'ignore' });
  const heard = () => scene.adverts('a').some((p) => p.priority === 120);
  scene.fact(
    'start counts',
    await until(heard, 3_000, 'priority 120').then(
      () => true,
      () => false,
    ),
  );
  await scene.phase('the process ends', 'outcome');
  const sinceUs = Date.now() * 1000;
  child.kill();
  const back = () => scene.adverts('a', sinceUs).some((p) => p.priority === 100);
  await until(back, 3_000, 'priority 100');
});
