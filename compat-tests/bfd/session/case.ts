/** A tracked session: it comes up, the peer dies, comes back, and stops. */
import { bfdInstance, instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const router = [
  bfdInstance({ neighbor: '10.0.0.2', source: '10.0.0.1' }),
  instance({ priority: 150, more: ['track_bfd {', '  B1', '}'] }),
].join('\n');
const peer = bfdInstance({ neighbor: '10.0.0.1', source: '10.0.0.2' });

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  const lostMs = () => {
    const last = scene.bfdPackets('b', 0).at(-1)?.atUs ?? 0;
    const said = a.logged(/^\(B1\) Expired after/).at(-1)?.atMs ?? 0;
    return said - last / 1000;
  };
  await scene.phase('one alone');
  await a.start(router);
  await scene.state(a, 'FAULT');
  await scene.bfd(a, 'Down');
  await scene.phase('session up');
  await b.start(peer);
  await scene.bfd(a, 'Up');
  await scene.bfd(b, 'Up');
  await scene.master(a);
  await scene.phase('peer dies');
  await b.crash();
  await scene.state(a, 'FAULT');
  scene.timing('detection', lostMs(), 500);
  await scene.bfd(a, 'Down');
  await scene.phase('peer is back');
  await b.start(peer);
  await scene.bfd(a, 'Up');
  await scene.master(a);
  await scene.phase('peer stops');
  await b.stop();
  await scene.state(a, 'FAULT');
  scene.timing('detection after a stop', lostMs(), 500);
});
