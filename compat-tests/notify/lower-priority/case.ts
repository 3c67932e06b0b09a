/** A master that hears a lower priority: a line in the FIFO and a script of its own, not the general one. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { instance } from '../../lib/config.ts';
import { Injector } from '../../lib/inject.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const text = instance({
  priority: 150,
  usual: false,
  more: ['notify_master_rx_lower_pri "@NOTIFY@ lower"', 'notify "@NOTIFY@ generic"', 'garp_master_delay 60'],
});

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const injector = await Injector.start(lab);
  const log = join(a.dir, 'reader.log');
  const lines = (): string[] => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
  writeFileSync(join(a.dir, 'reader'), `#!/bin/sh\nexec cat "$1" >> ${log}\n`, { mode: 0o755 });
  const globals = ['notify_fifo @DIR@/fifo', 'notify_fifo_script @DIR@/reader'];
  await scene.phase('start', 'outcome');
  await a.start(text, { globals });
  await scene.master(a);
  await scene.phase('lower', 'outcome');
  injector.send({ priority: 100 });
  await until(() => lines().some((line) => line.includes('RX_LOWER')), 5_000, 'the line of the FIFO');
  await scene.moreAdverts(a, 2);
  scene.fact('lines', lines());
  await injector.stop();
});
