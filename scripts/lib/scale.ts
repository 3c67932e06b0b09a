/**
 * How the daemons grow: many instances, many addresses in one, many routes, each at N, 2N and 4N. In: the
 * laboratory's routers. Out: for each size the time from start to mastership, from the crash of the master to
 * the last takeover, of three reloads and of the stop, CPU time of the processes, and the largest gap between
 * adverts of one instance. What is linear doubles from row to row, and what is quadratic shows.
 */
import { readFileSync } from 'node:fs';
import { Capture } from '../../compat-tests/lib/capture.ts';
import { block, instance } from '../../compat-tests/lib/config.ts';
import type { Kind } from '../../compat-tests/lib/daemon.ts';
import { quietly } from '../../compat-tests/lib/exec.ts';
import type { Advert } from '../../compat-tests/lib/frames.ts';
import { hostAddress, type Lab, type RouterName } from '../../compat-tests/lib/namespaces.ts';
import { until } from '../../compat-tests/lib/poll.ts';
import { tree } from '../../compat-tests/lib/processes.ts';
import { Router } from '../../compat-tests/lib/router.ts';
import type { Row } from './bench-table.ts';
import { OWN_SESSION } from './session.ts';

/** VRIDs are 1 to 255 on a link. */
const PER_LINK = 250;
const PATIENCE_MS = 120_000;
const MS_PER_TICK = 10;
const US_PER_MS = 1000;
const INTERVAL_MS = 1000;

/** `changed` and `removed` leave one of the things different, or out. */
type Variant = 'whole' | 'changed' | 'removed';

export interface ScaleKind {
  readonly name: string;
  readonly sizes: readonly number[];
  /** How many instances there are. */
  readonly instances: (size: number) => number;
  readonly config: (size: number, priority: number, variant: Variant) => string;
}

export interface ScaleRun {
  readonly startMs: number;
  readonly takeoverMs: number;
  readonly reloadMs: number;
  readonly reloadChangedMs: number;
  readonly reloadRemovedMs: number;
  readonly stopMs: number;
  /** Of both processes of the router that took over, until just before its stop. */
  readonly cpuMs: number;
  /** Between two adverts of the first instance from its takeover to its stop, beyond the interval. */
  readonly gapMs: number;
}

export interface ScaleResult {
  readonly name: string;
  readonly size: number;
  readonly runs: Readonly<Record<Kind, ScaleRun[]>>;
  readonly failures: string[];
}

const LABELS: readonly (readonly [keyof ScaleRun, string])[] = [
  ['startMs', 'start to MASTER'],
  ['takeoverMs', 'crash to last takeover'],
  ['reloadMs', 'reload, nothing changed'],
  ['reloadChangedMs', 'reload, one changed'],
  ['reloadRemovedMs', 'reload, one removed'],
  ['stopMs', 'stop'],
  ['cpuMs', 'CPU, all of that'],
  ['gapMs', 'largest advert gap, less 1 s'],
];

const ipv4 = (at: number): string => `10.${20 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`;
const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

/** The last thing is the one that a variant touches. */
function varied(count: number, variant: Variant): number[] {
  const all = range(count);
  if (variant === 'whole') return all;
  return variant === 'removed' ? all.slice(0, -1) : [...all.slice(0, -1), count + 1];
}

const one = (name: string, priority: number, more: readonly string[], spec = {}): string =>
  instance({ name, priority, advert: 1, more, usual: false, ...spec });

const MANY_INSTANCES: ScaleKind = {
  name: 'instances',
  sizes: [250, 500, 1000],
  instances: (size) => size,
  config: (size, priority, variant) =>
    varied(size, variant)
      .map((vip, at) =>
        one(`VI_${at}`, priority, [], {
          interface: `eth${Math.floor(at / PER_LINK)}`,
          vrid: (at % PER_LINK) + 1,
          vips: [`${ipv4(vip + 1)}/32`],
        }),
      )
      .join('\n'),
};

/** Most are excluded, since an advert holds 255 at most; every other one of those is IPv6. */
const MANY_ADDRESSES: ScaleKind = {
  name: 'addresses',
  sizes: [1250, 2500, 5000],
  instances: () => 1,
  config: (size, priority, variant) => {
    const excluded = varied(size - 1, variant).map((at) =>
      at % 2 === 0 ? `${ipv4(at + 2)}/32` : `fd20::${(at + 2).toString(16)}/128`,
    );
    return one('VI_0', priority, block('virtual_ipaddress_excluded', excluded));
  },
};

const MANY_ROUTES: ScaleKind = {
  name: 'routes',
  sizes: [1250, 2500, 5000],
  instances: () => 1,
  config: (size, priority, variant) => {
    const routes = varied(size, variant).map((at) => `${ipv4(at + 1)}/32 dev eth0`);
    return one('VI_0', priority, block('virtual_routes', routes));
  },
};

export const SCALES: readonly ScaleKind[] = [MANY_INSTANCES, MANY_ADDRESSES, MANY_ROUTES];

/** User and system time of a process and its children. */
function cpuMs(root: number): number {
  let ticks = 0;
  for (const pid of tree(root)) {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks * MS_PER_TICK;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

const MASTER_LINE = /Entering MASTER STATE$/;

async function allMaster(router: Router, count: number): Promise<void> {
  const probe = () => router.logged(MASTER_LINE).length >= count;
  await until(probe, PATIENCE_MS, `${count} masters on ${router.name}`);
}

async function launch(router: Router, text: string): Promise<void> {
  router.configure(text);
  router.launch({ flags: ['-G', '-P'], wrapper: OWN_SESSION });
}

async function reload(router: Router, text: string): Promise<number> {
  router.configure(text);
  const done = () => router.logged(/^Reload complete$|^Reload finished/).length;
  const before = done();
  return timed(async () => {
    router.daemon.signal('SIGHUP');
    await until(() => done() > before, PATIENCE_MS, 'the reload');
  });
}

/** Of the adverts of the first instance of router b, the only one that sends after the crash. */
function lateMs(adverts: readonly Advert[]): number {
  const times = adverts.map(({ atUs }) => atUs / US_PER_MS);
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  return Math.max(0, ...gaps) - INTERVAL_MS;
}

async function measure(lab: Lab, kind: Kind, scale: ScaleKind, size: number): Promise<ScaleRun> {
  const capture = await Capture.start(lab.switchNs, 'br0');
  const [a, b] = (['a', 'b'] as const).map((name) => new Router(lab, name, kind)) as [Router, Router];
  const count = scale.instances(size);
  const vrid = count > 1 ? 1 : 51;
  try {
    const startMs = await timed(async () => {
      await launch(a, scale.config(size, 200, 'whole'));
      await allMaster(a, count);
    });
    await launch(b, scale.config(size, 100, 'whole'));
    const heard = () => b.logged(/Entering BACKUP STATE/).length >= count;
    await until(heard, PATIENCE_MS, `${count} backups on b`);
    const mac = hostAddress('b').mac;
    const mine = (): Advert[] =>
      capture.frames.filter(
        (frame): frame is Advert => frame.kind === 'advert' && frame.sourceMac === mac && frame.vrid === vrid,
      );
    const takeoverMs = await timed(async () => {
      await a.crash();
      await allMaster(b, count);
    });
    const reloadMs = await reload(b, scale.config(size, 100, 'whole'));
    const reloadChangedMs = await reload(b, scale.config(size, 100, 'changed'));
    const reloadRemovedMs = await reload(b, scale.config(size, 100, 'removed'));
    const wanted = mine().length + 2;
    await until(() => mine().length >= wanted, PATIENCE_MS, 'two more adverts');
    const gapMs = lateMs(mine());
    const used = cpuMs(b.daemon.pid);
    const stopMs = await timed(() => b.stop());
    return { startMs, takeoverMs, reloadMs, reloadChangedMs, reloadRemovedMs, stopMs, cpuMs: used, gapMs };
  } finally {
    await Promise.all([a.end(), b.end()]);
    await capture.stop();
    for (const name of ['a', 'b'] as const) await bare(lab, name);
  }
}

/** A crashed router leaves its addresses and routes behind. */
async function bare(lab: Lab, name: RouterName): Promise<void> {
  const links = quietly(['ip', '-n', lab.ns(name), '-o', 'link']).matchAll(/^\d+: (eth\d)@/gm);
  for (const [, dev = ''] of links) {
    quietly(['ip', '-n', lab.ns(name), 'link', 'del', dev]);
    await lab.plug(name, Number(dev.slice(3)));
  }
}

export async function scale(
  lab: Lab,
  kinds: readonly Kind[],
  runs: number,
  say: (text: string) => void,
): Promise<ScaleResult[]> {
  const results: ScaleResult[] = [];
  for (const link of [1, 2, 3]) await lab.addLink(link);
  for (const each of SCALES) {
    for (const size of each.sizes) {
      const result: ScaleResult = { name: each.name, size, runs: { upstream: [], alived: [] }, failures: [] };
      for (let run = 1; run <= runs; run++) {
        for (const kind of kinds) {
          const name = `${size} ${each.name}, run ${run}, ${kind}`;
          try {
            const got = await measure(lab, kind, each, size);
            result.runs[kind].push(got);
            say(`${name}: ${LABELS.map(([key, label]) => `${label} ${got[key].toFixed(0)}`).join(', ')}`);
          } catch (error) {
            result.failures.push(`${name}: ${error instanceof Error ? error.message : error}`);
            say(result.failures.at(-1) ?? '');
          }
        }
      }
      results.push(result);
    }
  }
  return results;
}

const least = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : Math.min(...values);

/** The best of the runs: other work on the machine only ever adds. */
export function scaleRows(results: readonly ScaleResult[]): Row[] {
  return results.flatMap(({ name, size, runs, failures }) =>
    LABELS.map(([key, label], at) => ({
      what: `${size} ${name}, ${label}`,
      statistic: 'best',
      upstream: least(runs.upstream.map((run) => run[key])),
      alived: least(runs.alived.map((run) => run[key])),
      ...(at === 0 && failures.length > 0 ? { note: `failed: ${failures.join(', ')}` } : {}),
    })),
  );
}
