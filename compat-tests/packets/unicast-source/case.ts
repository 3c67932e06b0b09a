/** Unicast peers with limits for the TTL, which turn on the check of the source: who of them is heard. */
import { instance } from '../../lib/config.ts';
import type { ForgedAdvert } from '../../lib/forge.ts';
import { Injector } from '../../lib/inject.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';
import { countersOf } from '../../lib/stats.ts';

const peers = ['unicast_peer {', '  10.0.0.77 min_ttl 200 max_ttl 250', '  10.0.0.78', '}'];

/** Those that are heard stand between the others, because a refusal is told once until then. */
const ADVERTS: readonly (readonly [what: string, advert: Partial<ForgedAdvert>])[] = [
  ['peer within its limits', { ttl: 225 }],
  ['peer below', { ttl: 199 }],
  ['peer at its lower limit', { ttl: 200 }],
  ['peer above', { ttl: 251 }],
  ['peer without limits', { source: '10.0.0.78', ttl: 1 }],
  ['no peer', { source: '10.0.0.79' }],
];

const REFUSED = /TTL|unicast peer/;

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const injector = await Injector.start(lab);
  await scene.phase('adverts', 'outcome');
  // Its own adverts stay at home, because nobody answers for the peers.
  await a.start(instance({ priority: 100, more: peers }));
  for (const [what, advert] of ADVERTS) {
    await scene.state(a, 'MASTER');
    const before = a.logged(REFUSED).length;
    const refused = () => a.logged(REFUSED).length > before;
    injector.send({ priority: 200, destination: '10.0.0.1', ...advert });
    await until(() => a.state() === 'BACKUP' || refused(), 2_000, `an answer to a ${what}`);
    scene.fact(what, refused() ? 'refused' : 'heard');
  }
  scene.fact('counters', await countersOf(a));
  await injector.stop();
});
