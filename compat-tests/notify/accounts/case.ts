/**
 * Commands and FIFOs of accounts that do not exist, named or by default: what the log says and which process
 * says it, and who owns a FIFO without an account of its own.
 */
import { statSync } from 'node:fs';
import { block, silent } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  block('global_defs', [
    'script_user nobody',
    'notify_fifo @DIR@/fifo',
    'vrrp_notify_fifo @DIR@/vrrp_fifo daemon nogroup',
    'script_user nosuchuser',
    'startup_script /bin/true',
    'shutdown_script /bin/true root nosuchgroup',
  ]).join('\n'),
  block('vrrp_script S', ['script "/bin/true"', 'interval 1']).join('\n'),
  block('vrrp_script T', ['script "/bin/true"', 'interval 1', 'user nosuchuser2']).join('\n'),
  silent({
    priority: 150,
    more: [
      'notify /bin/true nosuchuser3',
      'notify_backup /bin/true root nosuchgroup3',
      'notify_fault /bin/true',
      'notify_stop /bin/true root :nosuchgroup4',
    ],
  }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await a.start(text);
  await scene.master(a);
  const owner = (name: string): string => {
    const { uid, gid, mode } = statSync(`${a.dir}/${name}`);
    return `${uid} ${gid} ${(mode & 0o777).toString(8)}`;
  };
  scene.fact('owners', [owner('fifo'), owner('vrrp_fifo')]);
});
