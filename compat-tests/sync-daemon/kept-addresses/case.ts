/** -V and -I keep addresses and virtual servers at the end; the synchronisation daemon goes with either. */
import { instance } from '../../lib/config.ts';
import { ipvsTable, syncDaemons } from '../../lib/ipvs.ts';
import { virtualServer } from '../../lib/lvs.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs', 'ip_vs_rr'];

const text = [
  instance({ priority: 150, usual: false }),
  virtualServer('10.0.0.100 80', [
    ...['protocol TCP', 'lb_kind NAT', 'lb_algo rr'],
    'real_server 127.0.9.1 80 {',
    '}',
  ]),
].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  for (const options of ['-V', '-I']) {
    await scene.phase(`start with ${options}`, 'outcome');
    const flags = ['-D', '-G', options];
    await a.start(text, { flags, globals: ['lvs_sync_daemon eth0 VI id 9'] });
    await scene.master(a);
    await until(async () => (await syncDaemons(a.ns)).length > 0, 20_000, 'the daemon');
    scene.fact(`${options}: master`, await syncDaemons(a.ns));
    await scene.phase(`stop with ${options}`, 'outcome');
    await a.stop();
    scene.fact(`${options}: daemons left`, await syncDaemons(a.ns));
    scene.fact(`${options}: servers left`, await ipvsTable(a.ns));
  }
});
