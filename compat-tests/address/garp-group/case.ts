/** garp_group: announcements on two interfaces share one budget; an interface outside of it does not wait. */
import { block, instance } from '../../lib/config.ts';
import { announcement } from '../../lib/observe.ts';
import { until } from '../../lib/poll.ts';
import { addPort } from '../../lib/ports.ts';
import { scenario } from '../../lib/scenario.ts';

const more = ['garp_master_repeat 1', 'garp_master_delay 0', 'notify @NOTIFY@'];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await addPort(lab, 'a', 'm1', 1);
  await addPort(lab, 'a', 'm2', 2);
  const group = block('garp_group', ['garp_interval 0.4', ...block('interfaces', ['m1', 'm2'])]).join('\n');
  const vips = ['10.0.0.101/24 dev m1', '10.0.0.102/24 dev m2', '10.0.0.103/24 dev m1', '10.0.0.100/24'];
  await scene.phase('start', 'outcome');
  await a.start(`${group}\n${instance({ priority: 150, vips, more, usual: false })}`);
  const seen = () => scene.frames.filter((frame) => announcement(frame) !== undefined);
  await until(() => seen().length >= 4, 8_000, 'four announcements');
  const order = seen().map((frame) => announcement(frame) ?? '');
  scene.fact('order', order);
  const at = (address: string): number => (seen()[order.indexOf(address)]?.atUs ?? 0) / 1000;
  scene.timing('outside of the group', at('10.0.0.100') - at('10.0.0.101'), 0);
  scene.timing('second of the group', at('10.0.0.102') - at('10.0.0.101'), 400);
  scene.timing('third of the group', at('10.0.0.103') - at('10.0.0.101'), 800);
});
