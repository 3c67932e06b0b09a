/**
 * D-Bus under another name, with an instance on a virtual MAC and one that is removed, one that is added and
 * one whose virtual router ID changes in reloads.
 */
import { silent } from '../../lib/config.ts';
import { MessageBus } from '../../lib/message-bus.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const NAME = 'org.example.Routers_1';

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  await scene.phase('start', 'outcome');
  const bus = MessageBus.of(a, NAME);
  await bus.serve();
  const one = silent({ name: 'VI_1', priority: 150, more: ['use_vmac'] });
  const two = (vrid: number): string =>
    silent({ name: 'VI_2', vrid, version: 3, priority: 120, vips: ['10.0.0.102/24'] });
  const three = silent({ name: 'VI_3', vrid: 53, priority: 90, vips: ['10.0.0.103/24'] });
  const globals = ['enable_dbus', `dbus_service_name ${NAME}`];
  const paths = async (when: string): Promise<void> => {
    const nodes = await bus.describe('Instance/eth0');
    scene.fact(when, nodes.filter((line) => /^name=\d+$/.test(line)).toSorted());
  };
  await a.start([one, two(52)].join('\n'), { globals, wrapper: bus.wrapper, flags: ['-D', '-P'] });
  await a.enters('MASTER', ['VI_1', 'VI_2']);
  await until(() => bus.owned(), 10_000, 'the name');
  await paths('at first');
  const reload = async (when: string, ...instances: readonly string[]): Promise<void> => {
    await scene.phase(when, 'outcome');
    const before = bus.signals().filter((line) => line === 'Vrrp VrrpReloaded').length;
    await a.reload(instances.join('\n'), globals);
    const told = () => bus.signals().filter((line) => line === 'Vrrp VrrpReloaded').length > before;
    await until(told, 10_000, 'word of the reload');
  };
  await reload('one more', one, two(52), three);
  await a.enters('MASTER', ['VI_3']);
  await paths('with one more');
  await reload('one less', one, two(52));
  await paths('with one less');
  await reload('another virtual router ID', one, two(62));
  await a.enters('MASTER', ['VI_2'], 2);
  await paths('with another virtual router ID');
  await a.stop();
  await until(() => bus.signals().includes('Vrrp VrrpStopped'), 10_000, 'word of the stop');
  scene.fact('signals', bus.signals());
  const said = a.logged(/D-?Bus|session bus/i).map(({ text }) => text);
  scene.fact('log', said);
  bus.end();
});
