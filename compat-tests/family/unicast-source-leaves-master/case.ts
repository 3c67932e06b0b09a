/**
 * A master loses the source address of its unicast: its socket goes on, but hears nobody. A reload finds that
 * out: FAULT until the address is back. 2.2.7 goes the same way and crashes on it.
 */
import { instance, unicast } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const since = 'alived';

const SOURCE = ['10.0.0.21/32', 'dev', 'lo'];

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  const text = instance({ priority: 150, more: unicast('10.0.0.21', '10.0.0.2') });
  await scene.phase('start');
  await lab.ip('a', 'address', 'add', ...SOURCE);
  await a.start(text);
  await b.start(instance({ priority: 100, more: unicast('10.0.0.2', '10.0.0.21') }));
  await scene.master(a);
  await scene.state(b, 'BACKUP');
  await scene.phase('gone');
  await lab.ip('a', 'address', 'del', ...SOURCE);
  await a.reload(text);
  await scene.state(a, 'FAULT');
  await scene.state(b, 'MASTER');
  await scene.phase('back');
  await lab.ip('a', 'address', 'add', ...SOURCE);
  await scene.master(a);
  await scene.state(b, 'BACKUP');
});
