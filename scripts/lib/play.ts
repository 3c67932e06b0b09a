/**
 * The demo itself, in acts: the pair starts, the master dies, it comes back, it is stopped in peace. Each
 * outage is measured twice, by the client and by the adverts, and shown beside what the protocol allows.
 */
import { masterDownMs, skewMs } from '../../compat-tests/lib/config.ts';
import type { Lab, RouterName } from '../../compat-tests/lib/namespaces.ts';
import { seconds } from './panel.ts';
import type { Outage } from './probe-record.ts';
import type { Screen } from './screen.ts';
import { Stage } from './stage.ts';

const TICK_MS = 20;
/** The backup's values decide how long a takeover takes (RFC 3768 6.1). */
const BACKUP = { priority: 100, advert: 1, version: 2 } as const;

interface Measured {
  readonly what: string;
  readonly client: Outage | undefined;
  readonly advertMs: number;
  readonly boundMs: number;
  readonly bound: string;
}

export async function play(lab: Lab, screen: Screen): Promise<void> {
  const stage = await Stage.create(lab, screen);
  let failed: (error: unknown) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    failed = reject;
  });
  const timer = setInterval(() => {
    try {
      stage.tick();
    } catch (error) {
      failed(error);
    }
  }, TICK_MS);
  try {
    screen.live((events) => stage.view(events));
    const measured = await Promise.race([acts(stage), failure]);
    screen.freeze();
    screen.print(summary(measured));
  } finally {
    clearInterval(timer);
    stage.close();
  }
}

async function acts(stage: Stage): Promise<Measured[]> {
  stage.caption('Both routers start. The one with priority 150 becomes master.');
  stage.start('a');
  stage.start('b');
  await master(stage, 'a');
  stage.probe.start();
  stage.caption('Quiet service: the master sends one advert a second, the client gets its answers.');
  await moreAdverts(stage, 'a', 2);

  stage.caption('Power cut: router a dies without a word. Router b counts the silence.');
  const crash = await outage(stage, 'crash', masterDownMs(BACKUP), () => stage.cutPower('a'));
  await moreAdverts(stage, 'b', 1);

  stage.caption('Router a is back. It listens first, then takes its place; nobody loses a packet.');
  const before = stage.adverts('a').length;
  const returnedMs = performance.now();
  await stage.powerOn('a');
  await stage.when(() => stage.adverts('a').length > before, 9_000, 'router a to be master again');
  await moreAdverts(stage, 'a', 1);
  const back = stage.probe.record.outage(returnedMs, performance.now());
  stage.event(`the way back cost the client ${back === undefined ? 'nothing' : seconds(back.ms)}`);

  stage.caption('Planned stop: router a says goodbye with priority 0, router b need not wait.');
  const stop = await outage(stage, 'stop', skewMs(BACKUP), () => stage.stop('a'));
  stage.caption('Done.');
  return [crash, stop];
}

/** Takes service away from router a and measures until router b has it. */
async function outage(
  stage: Stage,
  what: 'crash' | 'stop',
  boundMs: number,
  act: () => Promise<void>,
): Promise<Measured> {
  const heard = stage.adverts('b').length;
  const sinceMs = performance.now();
  await act();
  await stage.when(() => stage.adverts('b').length > heard, 9_000, 'router b to take over');
  const { record } = stage.probe;
  await stage.when(
    () => record.recovered(sinceMs, performance.now()),
    5_000,
    'the client to be served again',
  );
  const last = stage.adverts('a').at(-1)?.atUs ?? 0;
  const advertMs = ((stage.adverts('b')[heard]?.atUs ?? 0) - last) / 1000;
  const client = record.outage(sinceMs, performance.now());
  stage.event(`outage ${seconds(client?.ms ?? 0)} for the client, ${client?.lost ?? 0} probes lost`);
  const bound = what === 'crash' ? '3 x interval + skew' : 'skew';
  return { what, client, advertMs, boundMs, bound };
}

async function master(stage: Stage, name: RouterName): Promise<void> {
  await stage.when(() => stage.adverts(name).length > 0, 9_000, `router ${name} to be master`);
}

async function moreAdverts(stage: Stage, name: RouterName, count: number): Promise<void> {
  const wanted = stage.adverts(name).length + count;
  await stage.when(() => stage.adverts(name).length >= wanted, 9_000, `${count} adverts of router ${name}`);
}

function summary(measured: readonly Measured[]): string[] {
  const rows = measured.map(({ what, client, advertMs, boundMs, bound }) => {
    const cells = [
      what.padEnd(6),
      seconds(client?.ms ?? 0).padStart(7),
      seconds(advertMs, 3).padStart(17),
      seconds(boundMs, 3).padStart(10),
    ];
    return `  ${cells.join('  ')} = ${bound}`;
  });
  return ['', '           client   advert to advert    protocol', ...rows, ''];
}
