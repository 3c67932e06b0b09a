/** A flood of packets with a wrong checksum at master and backup: neither of them notices. */
import { silent } from '../../lib/config.ts';
import { Injector } from '../../lib/inject.ts';
import { scenario } from '../../lib/scenario.ts';

/** Keepalived logs every packet, which a master of 2.2.7 has no time for: it goes silent. */
export const since = 'none';

const PER_MS = 2;

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  scene.endDetail = 'outcome';
  await a.start(silent({ priority: 200, advert: 0.2 }));
  await scene.master(a);
  await b.start(silent({ priority: 100, advert: 0.2 }));
  await scene.state(b, 'BACKUP');
  await scene.phase('flood', 'outcome');
  const injector = await Injector.start(lab);
  injector.repeat({ priority: 150, checksum: 'bad' }, 1, PER_MS);
  await scene.moreAdverts(a, 15);
  await injector.stop();
  if (b.logged(/Entering MASTER STATE/).length > 0) throw new Error('the backup took over');
  if (a.logged(/Entering BACKUP STATE$/).length > 0) throw new Error('the master gave up');
});
