/**
 * -M, with and without a pattern: the kernel's core_pattern while the daemon runs, and after it. It is one
 * for the whole kernel, so this is played in the lab that has its own. Upstream writes behind the pattern
 * that it has just read, through the same descriptor, which the kernel ignores.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

/** Any will do: it is what brings a case into the lab. */
export const modules = ['ip_vs'];

const FILE = '/proc/sys/kernel/core_pattern';
const pattern = (): string => readFileSync(FILE, 'utf8').trim();

export const run = scenario(async (scene) => {
  const { a } = scene;
  const text = instance({ priority: 150, usual: false, more: ['garp_master_delay 60'] });
  writeFileSync(FILE, 'as-it-was\n');
  for (const options of ['-M', '-M/tmp/core.%p', '-m', '-m -M/tmp/core.%p', '-m -M']) {
    const before = pattern();
    await a.start(text, { flags: ['-D', '-G', '-P', ...options.split(' ')] });
    await scene.master(a);
    scene.fact(`${options}: while it runs`, pattern());
    await a.stop();
    scene.fact(`${options}: as before afterwards`, pattern() === before);
  }
});
