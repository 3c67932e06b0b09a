/**
 * What ps and /proc show of the processes: names, priority, real-time class, affinity and umask, as the
 * configuration asks at the start, and after reloads that change and drop it.
 */
import { readFileSync } from 'node:fs';
import { instance } from '../../lib/config.ts';
import { ran } from '../../lib/exec.ts';
import { until } from '../../lib/poll.ts';
import type { Router } from '../../lib/router.ts';
import { scenario } from '../../lib/scenario.ts';

const field = (pid: number, name: string): string =>
  new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';

async function shown(pid: number): Promise<string> {
  const comm = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const nice = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16];
  const { stdout } = await ran(['chrt', '-p', String(pid)]);
  const policy = stdout.replaceAll(/.*: /g, '').trim().replaceAll('\n', ' ');
  return `${comm} nice ${nice} ${policy} cpus ${field(pid, 'Cpus_allowed_list')} umask ${field(pid, 'Umask')}`;
}

const both = async ({ daemon }: Router): Promise<string[]> =>
  Promise.all([daemon.pid, daemon.pidIn('vrrp') ?? 0].map(shown));

const text = instance({ priority: 150 });
const STEPS: readonly (readonly string[])[] = [
  ['vrrp_priority -5', 'vrrp_cpu_affinity 0', 'umask 027', 'process_name mother', 'vrrp_process_name child'],
  ['vrrp_priority -3', 'vrrp_cpu_affinity 1', 'umask IRWXO | IWGRP', 'process_names'],
  ['vrrp_rt_priority 20', 'vrrp_rlimit_rttime 5000000', 'vrrp_priority -4', 'umask 0x3f'],
  ['vrrp_rt_priority 30', 'vrrp_rlimit_rttime 4000000', 'vrrp_process_name a_name_of_more_than_15'],
  ['vrrp_priority -7'],
  [],
];

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  for (const [at, globals] of STEPS.entries()) {
    await scene.phase(`settings ${at}`, 'outcome');
    if (at === 0) {
      await a.start(text, { globals });
      await scene.master(a);
    } else await a.reload(text, globals);
    // The parent may be done with a reload before its child is.
    let last = '';
    const settled = async (): Promise<boolean> => {
      const now = (await both(a)).join();
      const same = now === last;
      last = now;
      return same;
    };
    await scene.moreAdverts(a, 1);
    await until(settled, 3_000, 'the settings to stay');
    scene.fact(globals.join(', ') || 'none', await both(a));
  }
});
