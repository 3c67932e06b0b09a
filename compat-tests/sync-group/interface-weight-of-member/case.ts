/**
 * Members of a group track interfaces with weights. The log says that those are ignored; they count all the
 * same, also from the start on where `reverse` counts what is up.
 */
import { block, instance, silent } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const tracking = (...lines: string[]) => block('track_interface', lines);

const text = [
  block('vrrp_sync_group G', block('group', ['VI', 'V2'])).join('\n'),
  instance({ priority: 150, more: tracking('eth1 weight -20') }),
  silent({
    name: 'V2',
    vrid: 52,
    priority: 150,
    vips: ['10.0.0.101/24'],
    more: tracking('eth1 weight 7 reverse'),
  }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await lab.addLink(1);
  await scene.phase('start', 'outcome');
  await a.start(text);
  await scene.master(a);
  await scene.phase('down');
  await lab.cable('a', 'down', 1);
  await a.sees(/\(V2\) Changing effective priority from 143 to 150/);
  await scene.moreAdverts(a, 4);
  await scene.phase('up');
  await lab.cable('a', 'up', 1);
  await a.sees(/\(V2\) Changing effective priority from 150 to 143/, 2);
  await scene.moreAdverts(a, 4);
});
