/**
 * 200 instances and one with 1 000 further addresses: all come up, a backup takes all of them over, reloads
 * (unchanged, one address changed, one instance removed) disturb nobody else, and a stop leaves nothing.
 */
import { Capture } from '../../lib/capture.ts';
import { block, instance, masterDownMs } from '../../lib/config.ts';
import { run as command } from '../../lib/exec.ts';
import type { Advert } from '../../lib/frames.ts';
import { hostAddress, type Lab } from '../../lib/namespaces.ts';
import { until } from '../../lib/poll.ts';
import { Router } from '../../lib/router.ts';
import type { Json, Scenario } from '../../lib/scene.ts';

const INSTANCES = 200;
const ADDRESSES = 1000;
const ADVERT_S = 0.4;
/** On a busy machine, of a burst of all instances. */
const SLACK_MS = 600;
const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

function config(priority: number, instances: number, lastAddress: number): string {
  const excluded = range(ADDRESSES).map((at) => {
    const number = at === ADDRESSES - 1 ? lastAddress : at;
    return number % 2 === 0 ? `10.30.${number >> 8}.${number & 255}/32` : `fd30::${number.toString(16)}/128`;
  });
  const of = { priority, advert: ADVERT_S, usual: false };
  const more = ['garp_master_repeat 1', 'garp_master_delay 0'];
  const one = (at: number): string =>
    instance({ ...of, name: `VI_${at}`, vrid: at + 1, vips: [`10.0.1.${at + 1}/32`], more });
  const large = [...more, ...block('virtual_ipaddress_excluded', excluded)];
  return [...range(instances).map(one), instance({ ...of, name: 'LARGE', vrid: 250, more: large })].join(
    '\n',
  );
}

/** Virtual addresses of a router. */
async function held(lab: Lab, router: Router): Promise<number> {
  const text = await command(['ip', '-n', lab.ns(router.name), '-o', 'addr', 'show', 'dev', 'eth0']);
  return text.match(/inet6? (?:10\.30\.|10\.0\.1\.|10\.0\.0\.100|fd30::)/g)?.length ?? 0;
}

const masters = (router: Router): number => router.logged(/Entering MASTER STATE$/).length;

export const run: Scenario = async (lab, kinds) => {
  const capture = await Capture.start(lab.switchNs, 'br0');
  const a = new Router(lab, 'a', kinds.a);
  const b = new Router(lab, 'b', kinds.b);
  const facts: Record<string, Json> = {};
  const all = INSTANCES + 1;
  const has = (router: Router, count: number) =>
    until(
      async () => (await held(lab, router)) === count,
      20_000,
      `${router.name} to have ${count} addresses`,
    );
  const adverts = (router: Router): Advert[] =>
    capture.frames.filter(
      (frame): frame is Advert =>
        frame.kind === 'advert' && frame.sourceMac === hostAddress(router.name).mac && frame.priority > 0,
    );
  try {
    await a.start(config(150, INSTANCES, ADDRESSES - 1));
    await until(() => masters(a) === all, 20_000, 'a to be master of all');
    await has(a, INSTANCES + 1 + ADDRESSES);
    await b.start(config(100, INSTANCES, ADDRESSES - 1));
    await until(() => new Set(adverts(a).map(({ vrid }) => vrid)).size === all, 5_000, 'adverts of all');
    facts['takeovers while a master serves'] = masters(b);
    await a.crash();
    await until(() => masters(b) === all, 20_000, 'b to be master of all');
    await has(b, INSTANCES + 1 + ADDRESSES);
    const last = new Map(adverts(a).map(({ vrid, atUs }) => [vrid, atUs]));
    const first = new Map(
      adverts(b)
        .toReversed()
        .map(({ vrid, atUs }) => [vrid, atUs]),
    );
    const waits = [...first].map(([vrid, atUs]) => (atUs - (last.get(vrid) ?? atUs)) / 1000);
    const due = masterDownMs({ priority: 100, advert: ADVERT_S, version: 3 });
    facts['all taken over in time'] = Math.min(...waits) >= due - 20 && Math.max(...waits) <= due + SLACK_MS;
    await b.reload();
    await b.reload(config(100, INSTANCES, ADDRESSES));
    await has(b, INSTANCES + 1 + ADDRESSES);
    await b.reload(config(100, INSTANCES - 1, ADDRESSES));
    await has(b, INSTANCES + ADDRESSES);
    facts['state changes by reloads'] = masters(b) - all;
    facts['exit code'] = await b.stop();
    facts['addresses left'] = await held(lab, b);
    return { phases: [], facts };
  } finally {
    await Promise.all([a.end(), b.end()]);
    await capture.stop();
  }
};
