/**
 * vrrp_garp_extra_if all: one announcement a second of an address on another interface. Without `all` that
 * is done for VMACs only, and the other interface here is none.
 */
import { instance } from '../../lib/config.ts';
import { announcement } from '../../lib/observe.ts';
import { until } from '../../lib/poll.ts';
import { addPort } from '../../lib/ports.ts';
import { scenario } from '../../lib/scenario.ts';

const more = ['garp_master_repeat 2', 'garp_master_delay 0', 'notify @NOTIFY@'];
const usual = { priority: 150, usual: false } as const;

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  scene.notifyInAnyOrder = true;
  await addPort(lab, 'a', 'm1', 1);
  const timesOf = (address: string): number[] =>
    scene.frames.filter((frame) => announcement(frame) === address).map((frame) => frame.atUs / 1000);
  const one = instance({ ...usual, vips: ['10.0.0.100/24', '10.0.0.101/24 dev m1'], more });
  const two = instance({
    ...usual,
    name: 'TWO',
    vrid: 52,
    vips: ['10.0.0.110/24', '10.0.0.111/24 dev m1'],
    more: [...more, 'garp_extra_if 1'],
  });
  await scene.phase('start', 'outcome');
  await a.start(`${one}\n${two}`, { globals: ['vrrp_garp_extra_if all 1'] });
  await until(() => timesOf('10.0.0.101').length >= 5, 8_000, 'three more announcements');
  const times = timesOf('10.0.0.101');
  scene.timing('first one', (times[2] ?? 0) - (times[0] ?? 0), 1000);
  scene.timing('second one', (times[3] ?? 0) - (times[2] ?? 0), 1000);
  const others = ['10.0.0.100', '10.0.0.110', '10.0.0.111'];
  scene.fact('announcements of the others', Object.fromEntries(others.map((ip) => [ip, timesOf(ip).length])));
  await scene.phase('backup', 'outcome');
  await a.reload(instance({ ...usual, vips: ['10.0.0.100/24', '10.0.0.101/24 dev m1'], more }), []);
  const before = timesOf('10.0.0.101').length;
  await scene.moreAdverts(a, 8);
  scene.fact('none after a reload without it', timesOf('10.0.0.101').length === before);
});
