/**
 * One run of the bench: a laboratory's two routers with a kind of daemon, everything they send, and a clean
 * laboratory afterwards whatever happened.
 */
import { Capture } from '../../compat-tests/lib/capture.ts';
import { instance } from '../../compat-tests/lib/config.ts';
import type { Kind } from '../../compat-tests/lib/daemon.ts';
import { quietly } from '../../compat-tests/lib/exec.ts';
import type { Advert } from '../../compat-tests/lib/frames.ts';
import { hostAddress, type Lab, type RouterName } from '../../compat-tests/lib/namespaces.ts';
import { until } from '../../compat-tests/lib/poll.ts';
import { Router } from '../../compat-tests/lib/router.ts';
import { OWN_SESSION } from './session.ts';

export const VIP = '10.0.0.100';
export const PRIORITY: Readonly<Record<RouterName, number>> = { a: 200, b: 100 };

export interface Pair {
  readonly a: Router;
  readonly b: Router;
  /** Adverts of a router since a time, oldest first, stamped by the kernel. */
  adverts(name: RouterName, sinceUs?: number): Advert[];
  /** Starts a router with VRRPv3 and waits for its first state. */
  start(name: RouterName, advertS: number, globals?: readonly string[]): Promise<void>;
  /** Waits for so many more adverts of a router. */
  moreAdverts(name: RouterName, count: number): Promise<void>;
}

export async function withPair<T>(lab: Lab, kind: Kind, use: (pair: Pair) => Promise<T>): Promise<T> {
  const capture = await Capture.start(lab.switchNs, 'br0');
  const routers = { a: new Router(lab, 'a', kind), b: new Router(lab, 'b', kind) };
  const adverts = (name: RouterName, sinceUs = 0): Advert[] => {
    const own = hostAddress(name).mac;
    return capture.frames.filter(
      (frame): frame is Advert => frame.kind === 'advert' && frame.sourceMac === own && frame.atUs >= sinceUs,
    );
  };
  try {
    return await use({
      ...routers,
      adverts,
      async start(name, advertS, globals = []) {
        const text = instance({
          priority: PRIORITY[name],
          version: 3,
          advert: advertS,
          vips: [`${VIP}/24`],
          usual: false,
        });
        await routers[name].start(text, { wrapper: OWN_SESSION, globals });
        await until(() => routers[name].state() !== undefined, 5_000, `a state of router ${name}`);
      },
      async moreAdverts(name, count) {
        const wanted = adverts(name).length + count;
        await until(() => adverts(name).length >= wanted, 15_000, `${count} adverts of router ${name}`);
      },
    });
  } finally {
    await Promise.all([routers.a.end(), routers.b.end()]);
    await capture.stop();
    for (const name of ['a', 'b'] as const) {
      // A crashed router keeps its address, which must not be there when the next run begins.
      quietly(['ip', '-n', lab.ns(name), 'addr', 'del', `${VIP}/24`, 'dev', 'eth0']);
    }
  }
}

export const nowUs = (): number => Date.now() * 1000;
