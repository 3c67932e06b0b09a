/**
 * What mastership costs and what it survives: CPU of masters and backups, a reload of a large file, a killed
 * VRRP process, a flood of packets that are wrong, the way from the command to the first advert, many
 * addresses, memory. In: the laboratory.
 * Out: a number for every run of every situation, the daemons' runs interleaved.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Capture } from '../../compat-tests/lib/capture.ts';
import { block, instance } from '../../compat-tests/lib/config.ts';
import type { Kind } from '../../compat-tests/lib/daemon.ts';
import { quietly } from '../../compat-tests/lib/exec.ts';
import type { Advert } from '../../compat-tests/lib/frames.ts';
import { Injector } from '../../compat-tests/lib/inject.ts';
import { hostAddress, type Lab, type RouterName } from '../../compat-tests/lib/namespaces.ts';
import { announcement } from '../../compat-tests/lib/observe.ts';
import { until } from '../../compat-tests/lib/poll.ts';
import { tree } from '../../compat-tests/lib/processes.ts';
import { Router } from '../../compat-tests/lib/router.ts';
import type { Row } from './bench-table.ts';
import { OWN_SESSION } from './session.ts';
import { gaps, largest, median } from './stats.ts';

const PER_LINK = 250;
/** Links of the largest situation. */
const LINKS = 16;
const PATIENCE_MS = 60_000;
const SKEW_A = (256 - 200) / 256;

interface Situation {
  readonly what: string;
  readonly unit: string;
  /** Also the largest of the runs is shown. */
  readonly worst?: true;
  readonly measure: (bench: Bench) => Promise<number>;
}

export interface MastershipResult {
  readonly what: string;
  readonly unit: string;
  readonly worst: boolean;
  readonly values: Readonly<Record<Kind, readonly number[]>>;
  readonly failures: readonly string[];
}

/** Two routers of one kind for one measurement. */
class Bench {
  readonly lab: Lab;
  readonly a: Router;
  readonly b: Router;
  readonly kind: Kind;
  readonly #capture: Capture;

  constructor(lab: Lab, kind: Kind, capture: Capture) {
    this.lab = lab;
    this.kind = kind;
    this.#capture = capture;
    this.a = new Router(lab, 'a', kind);
    this.b = new Router(lab, 'b', kind);
  }

  adverts(name: RouterName, sinceUs = 0): Advert[] {
    const own = hostAddress(name).mac;
    return this.#capture.frames.filter(
      (frame): frame is Advert => frame.kind === 'advert' && frame.sourceMac === own && frame.atUs >= sinceUs,
    );
  }

  /** Moments of the first announcement of every address by a router. */
  announced(name: RouterName, sinceUs: number): number[] {
    const seen = new Map<string, number>();
    for (const frame of this.#capture.frames) {
      const text = announcement(frame);
      if (frame.atUs < sinceUs || text === undefined || frame.sourceMac !== hostAddress(name).mac) continue;
      if (!seen.has(text)) seen.set(text, frame.atUs);
    }
    return [...seen.values()];
  }

  launch(router: Router, text: string, more: readonly string[] = []): void {
    router.configure(text, more);
    router.launch({ flags: ['-G', '-P'], wrapper: OWN_SESSION });
  }

  async masters(router: Router, count: number): Promise<void> {
    const probe = () => router.logged(/Entering MASTER STATE$/).length >= count;
    await until(probe, PATIENCE_MS, `${count} masters on ${router.name}`);
  }

  async moreAdverts(name: RouterName, count: number): Promise<void> {
    const wanted = this.adverts(name).length + count;
    await until(() => this.adverts(name).length >= wanted, PATIENCE_MS, `${count} adverts of ${name}`);
  }

  async end(): Promise<void> {
    await Promise.all([this.a.end(), this.b.end()]);
    await this.#capture.stop();
  }
}

const nowUs = (): number => Date.now() * 1000;

function many(count: number, priority: number, advert: number, link = 'eth'): string {
  return Array.from({ length: count }, (_, at) =>
    instance({
      name: `VI_${at}`,
      interface: `${link}${Math.floor(at / PER_LINK)}`,
      vrid: (at % PER_LINK) + 1,
      priority,
      advert,
      vips: [`10.30.${at >> 8}.${at & 255}/32`],
      usual: false,
    }),
  ).join('\n');
}

const single = (priority: number, advert: number): string =>
  instance({ priority, advert, vips: ['10.0.0.100/24'], usual: false });

/** Nanoseconds that all threads of these processes have run. */
function ranNs(pids: readonly number[]): number {
  let sum = 0;
  for (const pid of pids) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    }
  }
  return sum;
}

/** Milliseconds of CPU in a second. */
async function cpuOf(router: Router, seconds: number): Promise<number> {
  const pids = tree(router.daemon.pid);
  const [since, before] = [performance.now(), ranNs(pids)];
  await pause(seconds * 1000);
  return (ranNs(pids) - before) / 1e6 / ((performance.now() - since) / 1000);
}

/** From router to router: a bridge would deliver every advert three times, at the sender's expense. */
const WIRES = 4;

function plugWires(lab: Lab): void {
  for (let at = 0; at < WIRES; at++) {
    const [a, b] = [lab.ns('a'), lab.ns('b')];
    quietly([
      'ip',
      '-n',
      a,
      'link',
      'add',
      `wire${at}`,
      'type',
      'veth',
      'peer',
      'name',
      `wire${at}`,
      'netns',
      b,
    ]);
    for (const [ns, host] of [
      [a, 1],
      [b, 2],
    ] as const) {
      quietly(['ip', '-n', ns, 'addr', 'add', `10.7.${at}.${host}/24`, 'dev', `wire${at}`]);
      quietly(['ip', '-n', ns, 'link', 'set', `wire${at}`, 'up']);
    }
  }
}

const masterCpu =
  (count: number, advert: number) =>
  async (bench: Bench): Promise<number> => {
    plugWires(bench.lab);
    bench.launch(bench.a, many(count, 200, advert, 'wire'));
    await bench.masters(bench.a, count);
    // The second announcements come after five seconds.
    await pause(6_500);
    return cpuOf(bench.a, 5);
  };

/** The master is keepalived for both. */
const backupCpu =
  (count: number, advert: number) =>
  async (bench: Bench): Promise<number> => {
    const master = new Router(bench.lab, 'a', 'upstream');
    try {
      plugWires(bench.lab);
      bench.launch(master, many(count, 200, advert, 'wire'));
      await bench.masters(master, count);
      bench.launch(bench.b, many(count, 100, advert, 'wire'));
      const heard = () => bench.b.logged(/Entering BACKUP STATE/).length >= count;
      await until(heard, PATIENCE_MS, `${count} backups`);
      await pause(6_500);
      return await cpuOf(bench.b, 5);
    } finally {
      await master.end();
    }
  };

function services(): string {
  const one = (at: number): string =>
    [
      `virtual_server 10.9.${at >> 8}.${at & 255} 80 {`,
      'lb_algo rr',
      'lb_kind NAT',
      'protocol TCP',
      ...Array.from({ length: 10 }, (_, real) => `real_server 10.8.${real}.${at & 255} 80 { weight 1 }`),
      '}',
    ].join('\n');
  return Array.from({ length: 10_000 }, (_, at) => one(at)).join('\n');
}

/** Beyond the interval, from the signal until a second after the reload is done. */
const reloadGap =
  (advert: number) =>
  async (bench: Bench): Promise<number> => {
    bench.launch(bench.a, `${single(200, advert)}\n${services()}`);
    await bench.masters(bench.a, 1);
    bench.launch(bench.b, single(100, advert));
    await bench.moreAdverts('a', 5);
    // With the last advert before the signal.
    const sinceUs = nowUs() - 1.5e6 * advert;
    bench.a.daemon.signal('SIGHUP');
    const done = () => bench.a.logged(/^Reload (?:complete|finished)/).length > 0;
    await until(done, PATIENCE_MS, 'the reload');
    await pause(1_000 + 1_000 * advert);
    const times = bench.adverts('a', sinceUs).map(({ atUs }) => atUs / 1000);
    return largest(gaps(times)) - advert * 1000;
  };

/** The largest distance of answers to an echo every 5 ms, less these 5 ms. */
class Client {
  readonly #process;
  #text = '';

  constructor(lab: Lab) {
    const args = ['netns', 'exec', lab.ns('c'), 'ping', '-n', '-D', '-i', '0.005', '10.0.0.100'];
    this.#process = spawn('ip', args, { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#process.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text;
    });
  }

  get answers(): number[] {
    return [...this.#text.matchAll(/^\[(\d+\.\d+)\] \d+ bytes/gm)].map(([, at]) => Number(at) * 1000);
  }

  outage(): number {
    this.#process.kill('SIGKILL');
    return largest(gaps(this.answers)) - 5;
  }
}

const killedChild =
  (advert: number) =>
  async (bench: Bench): Promise<number> => {
    bench.launch(bench.a, single(200, advert));
    await bench.masters(bench.a, 1);
    bench.launch(bench.b, single(100, advert));
    await bench.moreAdverts('a', 3);
    const client = new Client(bench.lab);
    await until(() => client.answers.length > 20, 10_000, 'answers to the client');
    process.kill(bench.a.daemon.pidIn('vrrp') ?? -1, 'SIGKILL');
    await pause(3_000 + 5_000 * advert);
    return client.outage();
  };

const FLOOD_PER_MS = 3;
const FLOOD_MS = 5_000;

/** Adverts with a wrong checksum for both routers, and what is measured when they have ended. */
const flooded =
  (measure: (bench: Bench, sinceUs: number) => number) =>
  async (bench: Bench): Promise<number> => {
    bench.launch(bench.a, single(200, 0.1));
    await bench.masters(bench.a, 1);
    bench.launch(bench.b, single(100, 0.1));
    await bench.moreAdverts('a', 10);
    const injector = await Injector.start(bench.lab);
    try {
      const sinceUs = nowUs();
      injector.repeat({ priority: 150, checksum: 'bad' }, 1, FLOOD_PER_MS);
      await pause(FLOOD_MS);
      injector.hush();
      await bench.moreAdverts('a', 3);
      return measure(bench, sinceUs);
    } finally {
      await injector.stop();
    }
  };

const longestSilence = (bench: Bench, sinceUs: number): number =>
  largest(gaps(bench.adverts('a', sinceUs).map(({ atUs }) => atUs / 1000))) - 100;

const takeovers = (bench: Bench): number => bench.b.logged(/Entering MASTER STATE$/).length;

/** From the command to the first advert of every instance, less what the protocol asks for. */
const startTime =
  (count: number, advert: number) =>
  async (bench: Bench): Promise<number> => {
    bench.launch(bench.a, count === 1 ? single(200, advert) : many(count, 200, advert));
    await bench.masters(bench.a, count);
    await pause(500);
    const first = new Map<string, number>();
    for (const { atUs, vrid } of bench.adverts('a')) {
      const link = String(vrid);
      if (!first.has(link)) first.set(link, atUs);
    }
    const last = Math.max(...first.values());
    return (last - bench.a.launchedUs) / 1000 - (3 + SKEW_A) * advert * 1000;
  };

const ADDRESSES = 500;

/** From the first advert of a takeover to the announcement of the last address. */
async function manyAddresses(bench: Bench): Promise<number> {
  const more = Array.from({ length: ADDRESSES - 1 }, (_, at) => `10.40.${at >> 8}.${at & 255}/32`);
  const text = (priority: number): string =>
    instance({
      priority,
      advert: 0.1,
      vips: ['10.0.0.100/24'],
      usual: false,
      more: block('virtual_ipaddress_excluded', more),
    });
  bench.launch(bench.a, text(200));
  await bench.masters(bench.a, 1);
  bench.launch(bench.b, text(100));
  await bench.moreAdverts('a', 20);
  const sinceUs = nowUs();
  await bench.a.crash();
  await bench.masters(bench.b, 1);
  const all = () => bench.announced('b', sinceUs).length >= ADDRESSES;
  await until(all, PATIENCE_MS, 'every address to be announced');
  const first = bench.adverts('b', sinceUs)[0]?.atUs ?? Number.NaN;
  return (Math.max(...bench.announced('b', sinceUs)) - first) / 1000;
}

/** Megabytes of all processes, eight seconds after the start. */
const memory =
  (field: 'Pss' | 'Private_Dirty') =>
  async (bench: Bench): Promise<number> => {
    bench.launch(bench.a, single(200, 1));
    await bench.masters(bench.a, 1);
    await pause(5_000);
    const kilobytes = tree(bench.a.daemon.pid).map((pid) => {
      const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
      return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(text)?.[1]);
    });
    return kilobytes.reduce((sum, one) => sum + one, 0) / 1024;
  };

const SITUATIONS: readonly Situation[] = [
  { what: 'master, 1 000 instances at 0.1 s, CPU', unit: 'ms/s', measure: masterCpu(1000, 0.1) },
  { what: 'master, 250 instances at 1 s, CPU', unit: 'ms/s', measure: masterCpu(250, 1) },
  { what: 'master, 1 instance at 1 s, CPU', unit: 'ms/s', measure: masterCpu(1, 1) },
  { what: 'backup, 1 000 instances at 0.1 s, CPU', unit: 'ms/s', measure: backupCpu(1000, 0.1) },
  { what: 'reload of 10 000 x 10 servers at 1 s, gap', unit: 'ms', worst: true, measure: reloadGap(1) },
  { what: 'reload of 10 000 x 10 servers at 10 ms, gap', unit: 'ms', worst: true, measure: reloadGap(0.01) },
  { what: 'VRRP process killed at 1 s, outage', unit: 'ms', worst: true, measure: killedChild(1) },
  { what: 'VRRP process killed at 100 ms, outage', unit: 'ms', worst: true, measure: killedChild(0.1) },
  {
    what: 'flood of wrong packets at 100 ms, gap',
    unit: 'ms',
    worst: true,
    measure: flooded(longestSilence),
  },
  { what: 'flood of wrong packets at 100 ms', unit: 'takeovers', worst: true, measure: flooded(takeovers) },
  { what: 'start to the advert of 1 instance', unit: 'ms', measure: startTime(1, 0.1) },
  { what: 'start to the last advert of 4 000', unit: 'ms', measure: startTime(4000, 1) },
  { what: `${ADDRESSES} addresses, first advert to last announced`, unit: 'ms', measure: manyAddresses },
  { what: 'memory of all processes, PSS', unit: 'MB', measure: memory('Pss') },
  { what: 'memory of all processes, private dirty', unit: 'MB', measure: memory('Private_Dirty') },
];

/** What a killed daemon has left is gone with its devices. */
async function bare(lab: Lab, name: RouterName): Promise<void> {
  const links = quietly(['ip', '-n', lab.ns(name), '-o', 'link']).matchAll(/^\d+: ((?:eth|wire)\d+)@/gm);
  for (const [, dev = ''] of links) {
    quietly(['ip', '-n', lab.ns(name), 'link', 'del', dev]);
    if (dev.startsWith('eth')) await lab.plug(name, Number(dev.slice(3)));
  }
}

async function measured(lab: Lab, kind: Kind, { measure }: Situation): Promise<number> {
  const bench = new Bench(lab, kind, await Capture.start(lab.switchNs, 'br0'));
  try {
    return await measure(bench);
  } finally {
    await bench.end();
    for (const name of ['a', 'b'] as const) await bare(lab, name);
  }
}

export async function mastership(
  lab: Lab,
  kinds: readonly Kind[],
  runs: number,
  say: (text: string) => void,
  only: RegExp,
): Promise<MastershipResult[]> {
  for (let link = 1; link < LINKS; link++) await lab.addLink(link);
  const results: MastershipResult[] = [];
  for (const situation of SITUATIONS.filter(({ what }) => only.test(what))) {
    const { what, unit, worst = false } = situation;
    const values: Record<Kind, number[]> = { upstream: [], alived: [] };
    const failures: string[] = [];
    for (let run = 1; run <= runs; run++) {
      for (const kind of kinds) {
        const name = `${what}, run ${run}, ${kind}`;
        try {
          const value = await measured(lab, kind, situation);
          values[kind].push(value);
          say(`${name}: ${value.toFixed(2)} ${unit}`);
        } catch (error) {
          failures.push(`${name}: ${error instanceof Error ? error.message : error}`);
          say(failures.at(-1) ?? '');
        }
      }
    }
    results.push({ what, unit, worst, values, failures });
  }
  return results;
}

export function mastershipRows(results: readonly MastershipResult[]): Row[] {
  return results.flatMap(({ what, unit, worst, values, failures }) => {
    const row = (statistic: string, of: (values: readonly number[]) => number): Row => ({
      what: `${what}, ${unit}`,
      statistic,
      upstream: values.upstream.length === 0 ? undefined : of(values.upstream),
      alived: values.alived.length === 0 ? undefined : of(values.alived),
      ...(failures.length > 0 ? { note: `${failures.length} failed run(s)` } : {}),
    });
    return worst ? [row('median', median), row('max', largest)] : [row('median', median)];
  });
}
