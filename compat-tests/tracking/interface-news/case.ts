/** What the log tells of interfaces that come, go and change, also of those that nobody uses. */
import { silent } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const NEWS = /^Interface|MAC Address changed|^Netlink reports|^Assigned|^Deassigned/;

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await lab.ip('a', 'link', 'add', 'used0', 'link', 'eth0', 'type', 'macvlan');
  await lab.ip('a', 'link', 'set', 'used0', 'addrgenmode', 'none');
  await lab.ip('a', 'link', 'set', 'used0', 'up');
  await lab.ip('a', 'address', 'add', '10.6.0.1/24', 'dev', 'used0');
  await scene.phase('start', 'outcome');
  await a.start(silent({ priority: 150, more: ['track_interface {', '  used0 weight 10', '}'] }));
  await scene.master(a);
  await scene.phase('changes', 'outcome');
  const lines = (): string[] => a.logged(NEWS).map((line) => line.text);
  const steps: readonly (readonly [count: number, ...words: string[]])[] = [
    [1, 'link', 'add', 'other0', 'link', 'eth0', 'type', 'macvlan'],
    [1, 'link', 'set', 'other0', 'address', '02:00:00:00:00:70'],
    [2, 'link', 'set', 'other0', 'name', 'other1'],
    [1, 'link', 'del', 'other1'],
    [1, 'link', 'set', 'used0', 'address', '02:00:00:00:00:72'],
    [1, 'link', 'set', 'used0', 'down'],
    [2, 'link', 'set', 'used0', 'name', 'gone0'],
    [3, 'link', 'set', 'gone0', 'name', 'used0'],
    [1, 'link', 'set', 'used0', 'up'],
  ];
  for (const [count, ...words] of steps) {
    const before = lines().length;
    await lab.ip('a', ...words);
    await until(() => lines().length >= before + count, 10_000, `news of ${words.join(' ')}`);
  }
  const anyMac = /changed from \S+/;
  scene.fact(
    'log',
    lines().map((line) => line.replace(anyMac, 'changed from MAC')),
  );
});
