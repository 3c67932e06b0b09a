/**
 * The address that instances speak from goes away, and the virtual ones of two of them stay: nobody speaks
 * from those, also not the one that they do not belong to.
 */
import { instance, silent } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  instance({ priority: 200, vips: ['10.1.0.100/24'] }),
  silent({ name: 'V2', vrid: 52, priority: 150, vips: ['10.2.0.100/32'] }),
  silent({ name: 'V3', vrid: 53, priority: 100, vips: ['10.3.0.100/24'] }),
].join('\n');

const names = ['VI', 'V2', 'V3'];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await scene.phase('start');
  await a.start(text);
  await a.enters('MASTER', names);
  await scene.phase('address gone', 'outcome');
  await lab.ip('a', 'address', 'del', '10.0.0.1/24', 'dev', 'eth0');
  await a.enters('FAULT', names);
  await scene.phase('address back', 'outcome');
  await lab.ip('a', 'address', 'add', '10.0.0.1/24', 'dev', 'eth0');
  await a.enters('MASTER', names, 2);
});
