/** -a: the log names every address of the host, and those that come and go by the hand of others. */
import { instance } from '../../lib/config.ts';
import { run as command } from '../../lib/exec.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a } = scene;
  const address = (what: 'add' | 'del', value: string, dev: string) =>
    command(['ip', '-n', a.ns, 'addr', what, value, 'dev', dev]);
  const reports = (pattern: string, count = 1): Promise<void> =>
    a.sees(new RegExp(`^Netlink reflector reports IP ${pattern}`), count);
  await scene.phase('start');
  await a.start(instance({ priority: 150 }), { flags: ['-D', '-G', '-P', '-a'] });
  await scene.master(a);
  await scene.phase('others');
  await address('add', '10.0.0.33/24', 'eth0');
  await address('add', '10.7.0.1/24', 'lo');
  await reports('10.7.0.1 added to lo');
  await address('del', '10.0.0.33/24', 'eth0');
  await address('del', '10.7.0.1/24', 'lo');
  await reports('10.7.0.1 removed from lo');
  await scene.phase('the virtual one');
  await address('del', '10.0.0.100/24', 'eth0');
  await reports('10.0.0.100 removed from eth0');
  await a.sees(/Entering MASTER STATE/, 2);
});
