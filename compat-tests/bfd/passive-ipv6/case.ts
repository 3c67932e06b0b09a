/** IPv6 with the hop limit of 64 that both sides expect, and a peer that waits to be spoken to. */
import { bfdInstance, instance } from '../../lib/config.ts';
import { hostAddress } from '../../lib/namespaces.ts';
import { scenario } from '../../lib/scenario.ts';

const text = (own: 'a' | 'b', peer: 'a' | 'b', more: readonly string[]) =>
  [
    bfdInstance({ neighbor: hostAddress(peer).ip6, source: hostAddress(own).ip6, more }),
    instance({ priority: own === 'a' ? 150 : 100, more: ['track_bfd {', '  B1', '}'] }),
  ].join('\n');

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('passive one alone');
  await b.start(text('b', 'a', ['passive']));
  await scene.state(b, 'FAULT');
  await b.sees(/^Received BFD event/);
  scene.fact('packets of a passive session', scene.bfdPackets('b').length);
  await scene.phase('session up');
  await a.start(text('a', 'b', ['multiplier 3', 'idle_tx 1500']));
  await scene.bfd(a, 'Up');
  await scene.bfd(b, 'Up');
  await scene.master(a);
  await scene.state(b, 'BACKUP');
  await scene.phase('the active one dies');
  await a.crash();
  await scene.state(b, 'FAULT');
});
