/**
 * The clock of the machine is set forward and back by an hour while routers advertise and wait: nobody
 * changes its state, adverts go on, and a takeover afterwards comes when it is due.
 */
import { Capture } from '../../lib/capture.ts';
import { instance } from '../../lib/config.ts';
import { run as command } from '../../lib/exec.ts';
import { hostAddress } from '../../lib/namespaces.ts';
import { until } from '../../lib/poll.ts';
import { Router } from '../../lib/router.ts';
import type { Json, Scenario } from '../../lib/scene.ts';

/** Nobody sets the clock of a machine that others work on: the lab has a kernel of its own. */
export const modules = ['ip_vs'];
export const alone = true;

const HOUR_S = 3600;

async function setClock(byS: number): Promise<void> {
  await command(['date', '-s', `@${Math.round(Date.now() / 1000) + byS}`]);
}

export const run: Scenario = async (lab, kinds) => {
  const capture = await Capture.start(lab.switchNs, 'br0');
  const [a, b] = [new Router(lab, 'a', kinds.a), new Router(lab, 'b', kinds.b)];
  const facts: Record<string, Json> = {};
  const sent = (router: Router): number =>
    capture.frames.filter(
      (frame) => frame.kind === 'advert' && frame.sourceMac === hostAddress(router.name).mac,
    ).length;
  const changes = (router: Router): string[] => router.logged(/Entering \w+ STATE/).map(({ text }) => text);
  try {
    await a.start(instance({ priority: 150, advert: 0.5 }));
    await until(() => a.isMaster(), 20_000, 'a to be master');
    await b.start(instance({ priority: 100, advert: 0.5 }));
    for (const [name, byS] of [
      ['forward', HOUR_S],
      ['back', -2 * HOUR_S],
      ['right', HOUR_S],
    ] as const) {
      const before = sent(a);
      await setClock(byS);
      // More than the three that b would miss.
      await until(() => sent(a) >= before + 6, 20_000, `adverts after the clock went ${name}`);
      facts[`adverts of b after the clock went ${name}`] = sent(b);
    }
    await setClock(-HOUR_S);
    const begun = performance.now();
    await a.crash();
    await until(() => b.isMaster(), 20_000, 'b to be master');
    facts['taken over in time'] = performance.now() - begun < 5_000;
    await setClock(HOUR_S);
    facts['changes of a'] = changes(a);
    facts['changes of b'] = changes(b);
  } finally {
    await Promise.all([a.end(), b.end()]);
    await capture.stop();
  }
  return { phases: [], facts };
};
