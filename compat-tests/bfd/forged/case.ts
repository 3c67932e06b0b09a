/**
 * A peer played by hand: it brings the session up, sends what must be refused, changes its intervals, takes
 * itself out of service (which no tracker hears of), and ends the session for good.
 */
import { bfdInstance, instance } from '../../lib/config.ts';
import { type ForgedBfd, forgeBfd } from '../../lib/forge-bfd.ts';
import { Injector } from '../../lib/inject.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  bfdInstance({ neighbor: '10.0.0.2', source: '10.0.0.1' }),
  instance({ priority: 150, more: ['track_bfd {', '  B1', '}'] }),
].join('\n');

type Change = Partial<ForgedBfd>;

const REFUSED: readonly Change[] = [
  { cutTo: 20 },
  { length: 23 },
  { trailing: 2 },
  { version: 2 },
  { multiplier: 0 },
  { flags: 'M' },
  { mine: 0 },
  { flags: 'PF' },
  { yours: 0x99 },
  { yours: 0 },
  { state: 'Down', yours: 0, source: '10.0.0.77' },
  { ttl: 254 },
  { flags: 'A' },
];
const HARMLESS: readonly Change[] = [{ flags: 'C' }, { flags: 'F' }, { trailing: 2, length: 26 }];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const injector = await Injector.start(lab);
  const yours = () => scene.bfdPackets('a', 0).at(-1)?.mine ?? 0;
  const frame = (change: Change) => forgeBfd({ state: 'Up', yours: yours(), ...change });
  const keepUp = (change: Change = {}) => injector.repeatFrame(frame(change), 80);
  await scene.phase('alone');
  await a.start(text);
  await scene.state(a, 'FAULT');
  await scene.bfd(a, 'Down');
  await scene.phase('up');
  injector.sendFrame(frame({ state: 'Down', yours: 0, txMs: 1000 }));
  await scene.bfd(a, 'Init');
  injector.sendFrame(frame({ flags: 'P' }));
  keepUp();
  await scene.master(a);
  await scene.phase('what must be refused');
  const lines = () => a.daemon.log.length;
  for (const change of REFUSED) {
    const before = lines();
    injector.sendFrame(frame({ state: 'Down', ...(change.yours === 0 ? { state: 'Up' } : {}), ...change }));
    await until(() => lines() > before, 3_000, `a word about ${JSON.stringify(change)}`);
  }
  for (const change of HARMLESS) injector.sendFrame(frame(change));
  await scene.moreAdverts(a, 3);
  await scene.phase('other intervals');
  injector.sendFrame(frame({ flags: 'P', txMs: 150, rxMs: 200, multiplier: 6 }));
  keepUp({ txMs: 150, rxMs: 200, multiplier: 6 });
  await scene.moreAdverts(a, 5);
  await scene.phase('out of service');
  injector.hush();
  injector.sendFrame(frame({ state: 'AdminDown', diagnostic: 7, txMs: 150, rxMs: 200, multiplier: 6 }));
  const forgotten = () => scene.bfdPackets('a').some((p) => p.state === 'Down' && p.yours === 0);
  await until(forgotten, 5_000, 'the peer to be forgotten');
  scene.fact('state beside a peer out of service', a.state() ?? 'none');
  await scene.phase('up again');
  injector.sendFrame(frame({ state: 'Init', txMs: 150, rxMs: 200, multiplier: 6 }));
  keepUp({ txMs: 150, rxMs: 200, multiplier: 6 });
  await scene.bfd(a, 'Up');
  injector.sendFrame(frame({ flags: 'F', txMs: 150, rxMs: 200, multiplier: 6 }));
  await scene.moreAdverts(a, 3);
  await scene.phase('down');
  injector.hush();
  injector.sendFrame(frame({ state: 'Down', diagnostic: 3, txMs: 150, rxMs: 200, multiplier: 6 }));
  await scene.state(a, 'FAULT');
  await scene.bfd(a, 'Down');
  await injector.stop();
});
