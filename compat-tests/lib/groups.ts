/**
 * A sync group of two for the cases: ONE on eth0, TWO on a link of its own or on eth0 as well. The timers of
 * TWO are slower, so that it is no chance which member is the last one to time out and leads the group.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { block, type InstanceText, instance } from './config.ts';
import { until } from './poll.ts';
import type { Router } from './router.ts';
import type { Scene } from './scene.ts';

export interface PairText {
  /** Priority of ONE; that of TWO is 50 less. */
  readonly priority: number;
  readonly one?: Partial<InstanceText>;
  readonly two?: Partial<InstanceText>;
  /** TWO on eth1 instead of eth0. */
  readonly apart?: boolean;
  /** Further lines of the group; false = no group at all. */
  readonly group?: readonly string[] | false;
}

export const MEMBERS = ['ONE', 'TWO'] as const;

const NOTIFY = ['notify "@NOTIFY@ group"'];

export function syncGroup(members: readonly string[], more: readonly string[] = []): string {
  return block('vrrp_sync_group G', [...block('group', members), ...NOTIFY, ...more]).join('\n');
}

export function pair(spec: PairText): string {
  const two = spec.apart
    ? { interface: 'eth1', vips: ['10.1.0.100/24'] }
    : { interface: 'eth0', vips: ['10.0.0.101/24'] };
  const texts = [
    instance({ name: 'ONE', priority: spec.priority, vrid: 51, ...spec.one }),
    instance({ name: 'TWO', priority: spec.priority - 50, vrid: 52, ...two, ...spec.two }),
  ];
  return spec.group === false ? texts.join('\n') : [...texts, syncGroup(MEMBERS, spec.group)].join('\n');
}

/** Waits until the log says that both members are in this state. */
export async function both(router: Router, state: string): Promise<void> {
  const probe = () => MEMBERS.every((name) => router.state(name) === state);
  await until(probe, 8_000, `both members of ${router.name} to be ${state}`);
}

/** The start of most cases: a becomes MASTER alone, then b joins as BACKUP. */
export async function startPair(scene: Scene, ofA: string, ofB: string): Promise<void> {
  const { a, b } = scene;
  await scene.phase('start');
  await a.start(ofA);
  await both(a, 'MASTER');
  await b.start(ofB);
  await both(b, 'BACKUP');
  await scene.moreAdverts(a, 6);
}

/** A script that a tracks without a weight fails, which takes the whole group along, and succeeds again. */
export async function failAndRecover(scene: Scene, ofA: string): Promise<void> {
  const { a, b } = scene;
  scene.notifyInAnyOrder = true;
  await startPair(scene, ofA, pair({ priority: 100 }));
  await scene.phase('script fails');
  writeFileSync(`${a.dir}/bad`, '');
  await both(a, 'FAULT');
  await both(b, 'MASTER');
  await b.sees(/\(ONE\) Sending\/queueing/);
  // In which order the two discard the adverts of the other router is chance.
  await scene.phase('script succeeds', 'outcome');
  rmSync(`${a.dir}/bad`);
  await both(a, 'MASTER');
  await both(b, 'BACKUP');
}
