/** A sync group of two instances: states move together, notify scripts run for the group and its members. */
import { block, instance } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const group = block('vrrp_sync_group GROUP', [
  'group {',
  '  ONE',
  '  TWO',
  '}',
  'notify "@NOTIFY@ group"',
]).join('\n');
const text = (priority: number) =>
  [
    instance({ name: 'ONE', priority, vrid: 51 }),
    instance({ name: 'TWO', priority, vrid: 52, interface: 'eth1', vips: ['10.1.0.100/24'] }),
    group,
  ].join('\n');

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  scene.notifyInAnyOrder = true;
  const all = (state: string) => () => a.state('ONE') === state && a.state('TWO') === state;
  await lab.addLink(1);
  await scene.phase('start', 'outcome');
  await a.start(text(150));
  await until(all('MASTER'), 8_000, 'both to be master');
  await scene.phase('one loses its link', 'outcome');
  await lab.cable('a', 'down', 1);
  await until(all('FAULT'), 8_000, 'both to be in FAULT');
  await scene.phase('link is back', 'outcome');
  await lab.cable('a', 'up', 1);
  await until(all('MASTER'), 8_000, 'both to be master again');
  await a.sees(/\(TWO\) Sending\/queueing/, 2);
});
