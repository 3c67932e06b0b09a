/**
 * The address that instances speak from goes away, and the virtual ones of two of them stay: nobody speaks
 * from those, also not the one that they do not belong to.
 */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const silent = (name: string, vrid: number, priority: number, vip: string): string =>
  instance({ name, vrid, priority, vips: [vip], usual: false, more: ['garp_master_delay 60'] });

const text = [
  instance({ priority: 200, vips: ['10.1.0.100/24'] }),
  silent('V2', 52, 150, '10.2.0.100/32'),
  silent('V3', 53, 100, '10.3.0.100/24'),
].join('\n');

const names = ['VI', 'V2', 'V3'];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await scene.phase('start');
  await a.start(text);
  for (const name of names) await a.sees(new RegExp(`\\(${name}\\) Entering MASTER STATE`));
  await scene.phase('address gone', 'outcome');
  await lab.ip('a', 'address', 'del', '10.0.0.1/24', 'dev', 'eth0');
  for (const name of names) await a.sees(new RegExp(`\\(${name}\\) Entering FAULT STATE`));
  await scene.phase('address back', 'outcome');
  await lab.ip('a', 'address', 'add', '10.0.0.1/24', 'dev', 'eth0');
  for (const name of names) await a.sees(new RegExp(`\\(${name}\\) Entering MASTER STATE`), 2);
});
