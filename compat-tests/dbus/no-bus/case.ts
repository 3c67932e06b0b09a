/** No message bus where one should be: a line of the log, and an instance that does its work. */
import { silent } from '../../lib/config.ts';
import { MessageBus } from '../../lib/message-bus.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a } = scene;
  const bus = MessageBus.of(a);
  await scene.phase('start', 'outcome');
  await a.start(silent({ priority: 150 }), { globals: ['enable_dbus'], wrapper: bus.wrapper });
  await scene.master(a);
  scene.fact(
    'log',
    a.logged(/D-?Bus|session bus/i).map(({ text }) => text),
  );
  await scene.phase('stop', 'outcome');
  await a.stop();
});
