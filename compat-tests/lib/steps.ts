/** Steps that many cases begin with. */
import { type InstanceText, instance, masterDownMs } from './config.ts';
import { until } from './poll.ts';
import type { Router } from './router.ts';
import type { Scene } from './scene.ts';

/**
 * Starts a router alone, waits until it is master, and times its first advert against `expectedMs`. The timer
 * starts somewhere between the launch of the daemon and the line with its first state, so the launch gives
 * the lower bound and the line the upper one; how fast a daemon starts is not the subject.
 */
export async function startTimed(
  scene: Scene,
  router: Router,
  spec: InstanceText,
  expectedMs: number = masterDownMs(spec),
): Promise<void> {
  await router.start(instance(spec));
  await scene.master(router);
  const launchedMs = router.launchedUs / 1000;
  const firstMs = (scene.adverts(router.name)[0]?.atUs ?? 0) / 1000 - launchedMs;
  const readyMs = (router.logged(/^\(\S+\) Entering/)[0]?.atMs ?? launchedMs) - launchedMs;
  scene.timing('start to first advert', firstMs, expectedMs, readyMs + expectedMs);
}

/** Router a becomes master, then router b starts as its backup and hears a few adverts. */
export async function masterAndBackup(scene: Scene, a: InstanceText, b: InstanceText): Promise<void> {
  await scene.a.start(instance(a));
  await scene.master(scene.a);
  await scene.b.start(instance(b));
  await scene.moreAdverts(scene.a, 4);
}

/** Starts what may be refused, and keeps whether it was; else the instance becomes master. */
export async function startOrEnd(scene: Scene, text: string, instanceName: string): Promise<void> {
  const { a } = scene;
  await a.start(text);
  if (a.daemon.exitCode === undefined) {
    const decided = () => a.state(instanceName) === 'MASTER' || a.daemon.exitCode !== undefined;
    await until(decided, 8_000, 'the first one');
  }
  scene.fact('exit code', a.daemon.exitCode ?? 'runs');
}

/** Times the median distance of a master's adverts in this phase. */
export function steadyInterval(scene: Scene, router: Router, expectedMs: number): void {
  const gaps = scene.gapsMs(router).sort((x, y) => x - y);
  scene.timing('median advert interval', gaps[Math.floor(gaps.length / 2)] ?? 0, expectedMs);
}
