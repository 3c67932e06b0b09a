/** The BFD process is killed: its successor begins anew, and the trackers see the session go and come. */
import { bfdInstance, instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const text = (own: number, peer: number, priority: number) =>
  [
    // Slow enough for a machine that is busy with other cases.
    bfdInstance({ neighbor: `10.0.0.${peer}`, source: `10.0.0.${own}`, interval: 250 }),
    instance({ priority, more: ['track_bfd {', '  B1', '}'] }),
  ].join('\n');

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('start', 'outcome');
  // The one that starts last is the first to know that the session is up.
  await b.start(text(2, 1, 100));
  await a.start(text(1, 2, 150));
  await scene.master(a);
  await scene.state(b, 'BACKUP');
  const before = b.daemon.pidIn('bfd');
  await scene.phase('killed', 'outcome');
  process.kill(before ?? -1, 'SIGKILL');
  await scene.state(a, 'FAULT');
  await scene.master(a);
  await scene.state(b, 'BACKUP');
  scene.fact('another child', b.daemon.pidIn('bfd') !== before);
  await scene.phase('the VRRP process is killed', 'outcome');
  const seen = b.logged(/Entering (FAULT|BACKUP) STATE|entering FAULT state/i).length;
  process.kill(b.daemon.pidIn('vrrp') ?? -1, 'SIGKILL');
  await b.sees(/Entering (FAULT|BACKUP) STATE|entering FAULT state/i, seen + 1);
  await scene.moreAdverts(a, 5);
  scene.fact('state of the new VRRP process', b.state() ?? 'none');
  await scene.phase('peer stops', 'outcome');
  await b.stop();
  await scene.state(a, 'FAULT');
});
