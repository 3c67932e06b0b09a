/**
 * Instances as objects of D-Bus: paths, properties, methods, errors, and the signals of a start, of changes,
 * of a reload that is asked for, and of a stop.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { block, silent } from '../../lib/config.ts';
import { MessageBus } from '../../lib/message-bus.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const PROPERTIES = 'org.freedesktop.DBus.Properties';
const PEER = 'org.freedesktop.DBus.Peer';
const INSTANCE = 'Instance/eth0/51/IPv4';
const OTHER = 'Instance/eth0/52/IPv6';
const ALL = 'string:org.keepalived.Vrrp1.Instance';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  scene.endDetail = 'outcome';
  await lab.addLink(1);
  await scene.phase('start', 'outcome');
  const bus = MessageBus.of(a);
  await bus.serve();
  const two = {
    name: 'VI_2',
    vrid: 52,
    version: 3 as const,
    priority: 120,
    vips: ['fe80::52', 'fd00::52/64'],
  };
  const config = [
    silent({ name: 'VI_1', priority: 150 }),
    silent({ ...two, more: block('track_interface', ['eth1']) }),
  ];
  await a.start(config.join('\n'), { globals: ['enable_dbus'], wrapper: bus.wrapper, flags: ['-D', '-P'] });
  await a.enters('MASTER', ['VI_1', 'VI_2']);
  await until(() => bus.owned(), 10_000, 'the name');
  for (const path of ['/', '/org/keepalived/Vrrp1', 'Instance', 'Instance/eth0', 'Vrrp', INSTANCE, 'Nope']) {
    scene.fact(`describe ${path}`, await bus.describe(path));
  }
  const ask = async (path: string, method: string, ...words: readonly string[]) =>
    scene.fact(`${path} ${method} ${words.join(' ')}`.trim(), await bus.call(path, method, ...words));
  for (const path of [INSTANCE, OTHER]) await ask(path, `${PROPERTIES}.GetAll`, ALL);
  await ask(INSTANCE, `${PROPERTIES}.Get`, ALL, 'string:State');
  await ask(INSTANCE, `${PROPERTIES}.Get`, ALL, 'string:Nope');
  await ask(INSTANCE, `${PROPERTIES}.Set`, ALL, 'string:Name', 'variant:string:x');
  await ask('Vrrp', `${PROPERTIES}.GetAll`, 'string:org.keepalived.Vrrp1.Vrrp');
  await ask('Vrrp', `${PROPERTIES}.GetAll`, ALL);
  await ask('Vrrp', `${PEER}.Ping`);
  await ask('Vrrp', 'Vrrp.Nope');
  await ask('Nope', 'Vrrp.PrintData');
  await ask(INSTANCE, 'Instance.SendGarp');
  await scene.phase('fault', 'outcome');
  await lab.ip('a', 'link', 'set', 'eth1', 'down');
  await a.enters('FAULT', ['VI_2']);
  await ask(OTHER, `${PROPERTIES}.Get`, ALL, 'string:State');
  await ask(OTHER, 'Instance.SendGarp');
  await lab.ip('a', 'link', 'set', 'eth1', 'up');
  await a.enters('MASTER', ['VI_2'], 2);
  await scene.phase('requests', 'outcome');
  const dumped = (name: string) => existsSync(join(a.dir, name));
  for (const method of ['PrintData', 'PrintStats', 'PrintStatsClear']) await ask('Vrrp', `Vrrp.${method}`);
  await until(() => dumped('keepalived.data') && dumped('keepalived.stats'), 10_000, 'the files');
  await ask('Vrrp', 'Vrrp.ReloadConfig');
  await a.sees(/Reload complete/);
  const reloaded = () => bus.signals().includes('Vrrp VrrpReloaded');
  await until(reloaded, 10_000, 'word of the reload');
  await scene.phase('stop', 'outcome');
  await a.stop();
  await until(() => bus.signals().includes('Vrrp VrrpStopped'), 10_000, 'word of the stop');
  scene.fact('signals', bus.signals());
  scene.fact('owned after the stop', await bus.owned());
  const said = a.logged(/D-?Bus|session bus/i).map(({ text }) => text);
  scene.fact('log', said);
  bus.end();
});
