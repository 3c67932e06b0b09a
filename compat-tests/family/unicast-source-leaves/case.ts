/**
 * The source address of unicast goes while the link is down. After a reload nobody can bind it any more, so
 * the link alone does not end the fault; the address and another reload do.
 */
import { instance, unicast } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const SOURCE = ['10.0.0.21/32', 'dev', 'lo'];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const text = instance({ priority: 150, more: unicast('10.0.0.21', '10.0.0.77') });
  await scene.phase('start', 'outcome');
  await lab.ip('a', 'address', 'add', ...SOURCE);
  await a.start(text);
  await a.enters('MASTER', ['VI']);
  await scene.phase('gone', 'outcome');
  await lab.cable('a', 'down');
  await scene.state(a, 'FAULT');
  await lab.ip('a', 'address', 'del', ...SOURCE);
  await a.reload(text);
  await a.sees(/^bind unicast_src 10\.0\.0\.21 failed/);
  await lab.cable('a', 'up');
  await a.sees(/^Netlink reports eth0 up/);
  scene.fact('with the link', a.state() ?? 'none');
  await scene.phase('back', 'outcome');
  await lab.ip('a', 'address', 'add', ...SOURCE);
  await a.reload(text);
  await a.enters('MASTER', ['VI'], 2);
});
