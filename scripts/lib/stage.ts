/**
 * The demo's laboratory: two routers that run alived, a client that probes the virtual address, and an
 * observer. In: commands of the play; out: what the daemons say, the adverts on the wire, where the address
 * is, all of it as events on the screen. Nothing is asked in a loop: adverts come from a packet socket,
 * addresses from netlink, states from the daemons' logs.
 */
import { fileURLToPath } from 'node:url';
import { addressBytes } from '../../compat-tests/lib/bytes.ts';
import { Daemon } from '../../compat-tests/lib/daemon.ts';
import { run } from '../../compat-tests/lib/exec.ts';
import type { Advert } from '../../compat-tests/lib/frames.ts';
import { hostAddress, type Lab, type RouterName } from '../../compat-tests/lib/namespaces.ts';
import { statesOf } from '../../compat-tests/lib/observe.ts';
import { createKernel } from '../../src/runtime/kernel-linux.ts';
import { createLoop, type Loop } from '../../src/runtime/loop.ts';
import { watchAdverts } from './advert-watch.ts';
import { type ClientProbe, createClientProbe } from './client-probe.ts';
import { inNamespace, unwrap } from './namespace-socket.ts';
import type { PanelView, RouterView } from './panel.ts';
import type { Screen } from './screen.ts';
import { OWN_SESSION } from './session.ts';

export const VIP = '10.0.0.100';
const NAMES: readonly RouterName[] = ['a', 'b'];
const PROBES_SHOWN = 60;
/** A router that was not master meanwhile, rather than one that is late. */
const LONG_SILENCE_S = 2;

interface Seat {
  readonly priority: number;
  daemon: Daemon | undefined;
  crashed: boolean;
  holdsAddress: boolean;
  linesRead: number;
  state: string | undefined;
  readonly adverts: Advert[];
}

export class Stage {
  readonly probe: ClientProbe;
  readonly #lab: Lab;
  readonly #screen: Screen;
  readonly #loop: Loop;
  readonly #startMs = performance.now();
  readonly #waiting = new Set<() => void>();
  readonly #seats: Readonly<Record<RouterName, Seat>> = { a: seat(150), b: seat(100) };
  #caption = '';

  private constructor(lab: Lab, screen: Screen, bridgeIndex: number) {
    this.#lab = lab;
    this.#screen = screen;
    this.#loop = createLoop();
    inNamespace(lab.switchNs, () => watchAdverts(this.#loop, bridgeIndex, (advert) => this.#heard(advert)));
    for (const name of NAMES) this.#followAddress(name);
    this.probe = createClientProbe(this.#loop, lab.ns('c'), addressBytes(VIP));
  }

  static async create(lab: Lab, screen: Screen): Promise<Stage> {
    const shown = await run(['ip', '-n', lab.switchNs, '-j', 'link', 'show', 'br0']);
    const links = JSON.parse(shown) as { readonly ifindex: number }[];
    return new Stage(lab, screen, links[0]?.ifindex ?? 0);
  }

  get elapsedMs(): number {
    return performance.now() - this.#startMs;
  }

  caption(text: string): void {
    this.#caption = text;
    this.#screen.event(this.elapsedMs, `== ${text}`, false);
  }

  event(text: string): void {
    this.#screen.event(this.elapsedMs, text);
  }

  start(name: RouterName): void {
    const config = fileURLToPath(new URL(`../../fixtures/config/demo/${name}.conf`, import.meta.url));
    const [ns, dir] = [this.#lab.ns(name), `${this.#lab.dir}/${name}`];
    const one = this.#seats[name];
    one.crashed = false;
    one.state = undefined;
    one.linesRead = 0;
    one.daemon = new Daemon('alived', { ns, dir, config, flags: ['-D', '-G'], wrapper: OWN_SESSION });
  }

  /** A power cut: the processes die without a word, and the dead host answers nothing on its cable. */
  async cutPower(name: RouterName): Promise<void> {
    const one = this.#seats[name];
    const gone = this.#daemon(name).crash();
    one.crashed = true;
    await this.#lab.cable(name, 'down');
    await gone;
  }

  /** A host that boots has no virtual address left over and its cable is in. */
  async powerOn(name: RouterName): Promise<void> {
    await this.#lab.ip(name, 'addr', 'del', `${VIP}/24`, 'dev', 'eth0');
    await this.#lab.cable(name, 'up');
    this.start(name);
  }

  async stop(name: RouterName): Promise<void> {
    await this.#daemon(name).stop();
    this.#seats[name].daemon = undefined;
  }

  adverts(name: RouterName): readonly Advert[] {
    return this.#seats[name].adverts;
  }

  state(name: RouterName): string | undefined {
    return this.#seats[name].state;
  }

  /** Resolves when `probe` is true, looked at whenever something happened and on a slow tick. */
  when(probe: () => boolean, timeoutMs: number, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => end(() => reject(new Error(`${what}: not within ${timeoutMs} ms`))),
        timeoutMs,
      );
      const look = () => {
        if (probe()) end(resolve);
      };
      const end = (settle: () => void) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        settle();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Takes in new log lines; called on every tick of the play. */
  tick(): void {
    for (const name of NAMES) {
      const one = this.#seats[name];
      const log = one.daemon?.log ?? [];
      for (const line of statesOf(log.slice(one.linesRead).map((each) => each.text))) {
        one.state = line.split(' ')[1];
        this.event(`router ${name} enters ${one.state}`);
      }
      one.linesRead = log.length;
      const code = one.daemon?.exitCode;
      if (code !== undefined && code !== 0 && !one.crashed) {
        throw new Error(`router ${name} ended with ${code}: ${log.at(-1)?.text ?? 'no output'}`);
      }
    }
    for (const look of [...this.#waiting]) look();
  }

  view(events: readonly string[]): PanelView {
    const now = performance.now();
    const { record } = this.probe;
    return {
      elapsedMs: this.elapsedMs,
      address: VIP,
      caption: this.#caption,
      routers: NAMES.map((name) => this.#routerView(name)),
      probes: record.recent(PROBES_SHOWN, now),
      sent: record.count,
      lost: record.lost(now),
      events,
    };
  }

  close(): void {
    this.probe.stop();
    this.#loop.keepAlive(false);
    this.#loop.close();
  }

  #daemon(name: RouterName): Daemon {
    const { daemon } = this.#seats[name];
    if (daemon === undefined) throw new Error(`router ${name} is not running`);
    return daemon;
  }

  #routerView(name: RouterName): RouterView {
    const one = this.#seats[name];
    const last = one.adverts.at(-1);
    return {
      name,
      priority: one.priority,
      power: one.crashed ? 'crashed' : one.daemon === undefined ? 'off' : 'on',
      state: one.state,
      holdsAddress: one.holdsAddress,
      advert: last && { priority: last.priority, ageMs: Math.max(0, Date.now() - last.atUs / 1000) },
    };
  }

  #heard(advert: Advert): void {
    const name = NAMES.find((each) => hostAddress(each).mac === advert.sourceMac);
    if (name === undefined) return;
    const { adverts } = this.#seats[name];
    const last = adverts.at(-1);
    adverts.push(advert);
    const text = `   advert of ${name}, priority ${advert.priority}, ${sinceLast(advert, last)}`;
    this.#screen.event(this.elapsedMs, text, advert.priority === 0);
  }

  #followAddress(name: RouterName): void {
    const kernel = inNamespace(this.#lab.ns(name), () => unwrap(createKernel(this.#loop)));
    const vip = addressBytes(VIP).join('.');
    kernel.subscribe((event) => {
      if (event.event !== 'address' && event.event !== 'addressGone') return;
      if (event.address.address.join('.') !== vip) return;
      this.#seats[name].holdsAddress = event.event === 'address';
      // What a dead host has is no news; its address goes when it boots.
      if (this.#seats[name].crashed) return;
      this.event(`${VIP} ${event.event === 'address' ? 'is now on' : 'has left'} router ${name}`);
    });
  }
}

function sinceLast(advert: Advert, last: Advert | undefined): string {
  if (last === undefined) return 'its first';
  const gap = (advert.atUs - last.atUs) / 1_000_000;
  return gap < LONG_SILENCE_S ? `${gap.toFixed(3)} s after its last` : `after ${gap.toFixed(1)} s of silence`;
}

function seat(priority: number): Seat {
  const empty = { daemon: undefined, crashed: false, holdsAddress: false, linesRead: 0, state: undefined };
  return { priority, ...empty, adverts: [] };
}
