/**
 * notify_fifo and vrrp_notify_fifo with a script that reads: lines of instances, groups and priorities; made
 * anew at a reload, gone with the daemon.
 */
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { block, script, silent } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

/** Reads the pipe whose name is its last argument. */
const READER = `#!/bin/sh
for last; do :; done
echo "reader $# $last" | sed 's,/.*/,,' >> "$0.log"
exec cat "$last" >> "$0.log"
`;

const text = [
  script('check', '/usr/bin/test -e @DIR@/better', ['interval 1', 'weight 5']),
  ...block('vrrp_sync_group G', block('group', ['VI'])),
  silent({ priority: 150 }),
  silent({
    name: 'ALONE',
    vrid: 52,
    priority: 140,
    vips: ['10.0.0.101'],
    more: block('track_script', ['check']),
  }),
].join('\n');
const globals = [
  'notify_fifo @DIR@/all',
  'notify_fifo_script "@DIR@/reader-all one two"',
  'vrrp_notify_fifo @DIR@/own nobody nogroup',
  'vrrp_notify_fifo_script @DIR@/reader-own',
  'vrrp_notify_priority_changes',
];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const log = (name: string): string[] => {
    const file = join(a.dir, `${name}.log`);
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  };
  // Instances that are no members of one group come in any order.
  const heard = (name: string) => log(name).sort();
  for (const name of ['reader-all', 'reader-own']) {
    const file = join(a.dir, name);
    writeFileSync(file, READER);
    chmodSync(file, 0o755);
  }
  const waitFor = (line: RegExp, count = 1) =>
    until(
      () =>
        ['reader-all', 'reader-own'].every((name) => log(name).filter((l) => line.test(l)).length >= count),
      10_000,
      String(line),
    );
  await scene.phase('start', 'outcome');
  await a.start(text, { globals });
  await waitFor(/INSTANCE "ALONE" MASTER/);
  await waitFor(/GROUP "G" MASTER/);
  writeFileSync(join(a.dir, 'better'), '');
  await waitFor(/_PRIORITY/);
  scene.fact('all', heard('reader-all'));
  scene.fact('own', heard('reader-own'));
  const modes = ['all', 'own'].map((name) => {
    const { mode, uid } = statSync(join(a.dir, name));
    return `${name} ${(mode & 0o7777).toString(8)} ${uid === 0 ? 'root' : 'another user'}`;
  });
  scene.fact('pipes', modes);
  await scene.phase('reload', 'outcome');
  const added = silent({ name: 'NEW', vrid: 53, priority: 130, vips: ['10.0.0.102'] });
  await a.reload([text, added].join('\n'), globals);
  await waitFor(/^reader/, 2);
  await waitFor(/INSTANCE "NEW" MASTER/);
  await scene.phase('fault', 'outcome');
  await lab.cable('a', 'down');
  await waitFor(/GROUP "G" FAULT/);
  await waitFor(/INSTANCE "ALONE" FAULT/);
  await waitFor(/INSTANCE "NEW" FAULT/);
  const since = log('reader-own').slice(log('reader-own').lastIndexOf('reader 1 own'));
  scene.fact('after the reload', since.filter((line) => !line.includes('_PRIORITY')).sort());
  await scene.phase('stop', 'outcome');
  await a.stop();
  scene.fact(
    'left',
    ['all', 'own'].filter((name) => existsSync(join(a.dir, name))),
  );
});
