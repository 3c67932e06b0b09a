/**
 * config_save_dir: a copy of the configuration for the start and for every reload, in a folder that is made.
 * Upstream's children also write what they were like before and after a reload there, which is not compared.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const globals = ['config_save_dir @DIR@/saved'];

export const run = scenario(async (scene) => {
  const { a } = scene;
  const folder = join(a.dir, 'saved');
  const files = (): string[] => readdirSync(folder).filter((name) => name.startsWith('keepalived.conf'));
  const texts = (): string[] =>
    files().map((name) => {
      const mode = (statSync(join(folder, name)).mode & 0o777).toString(8);
      const priority = /priority \d+/.exec(readFileSync(join(folder, name), 'utf8'))?.[0];
      return `${name.replace(String(a.daemon.pid), 'PID')} ${mode} ${priority}`;
    });
  await a.start(instance({ priority: 150, more: ['garp_master_delay 60'] }), { globals });
  await scene.master(a);
  await a.reload(instance({ priority: 140, more: ['garp_master_delay 60'] }), globals);
  scene.fact('saved', texts().sort());
  scene.fact('folder', (statSync(folder).mode & 0o777).toString(8));
});
