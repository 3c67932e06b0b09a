/** A reload adds a session, removes one and changes one, which stays up. */
import { bfdInstance, instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const vi = (priority: number) => instance({ priority, more: ['track_bfd {', '  B1', '}'] });
const toPeer = (more: readonly string[] = []) =>
  bfdInstance({ neighbor: '10.0.0.2', source: '10.0.0.1', more });
const other = (name: string, host: number) =>
  bfdInstance({ name, neighbor: `10.0.0.${host}`, source: '10.0.0.1' });

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('start', 'outcome');
  await b.start([bfdInstance({ neighbor: '10.0.0.1', source: '10.0.0.2' }), vi(100)].join('\n'));
  await a.start([toPeer(), other('GONE', 31), vi(150)].join('\n'));
  await scene.master(a);
  await scene.phase('one added, one removed');
  await a.reload([toPeer(), other('NEW', 32), vi(150)].join('\n'));
  await a.sees(/instance NEW is in state Down/);
  await scene.moreAdverts(a, 5);
  await scene.phase('other intervals');
  const slower = toPeer(['min_tx 200', 'min_rx 150', 'multiplier 4']);
  await a.reload([slower, other('NEW', 32), vi(150)].join('\n'));
  await scene.moreAdverts(a, 8);
  await scene.phase('same again');
  await a.reload();
  await scene.moreAdverts(a, 5);
  scene.fact('sessions lost', b.logged(/^\(B1\) Entering Down/).length);
  await scene.phase('no session any more');
  await a.reload(instance({ priority: 150 }));
  await scene.state(b, 'FAULT');
  await scene.bfd(b, 'Down');
});
