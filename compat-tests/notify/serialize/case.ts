/**
 * notify_serialize: scripts of an instance run one after another, however slow they are; one that hangs is
 * ended, one that fails is told of. Those of another instance do not wait.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { instance } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

export const since = 'alived';

const SLOW = `#!/bin/sh
echo "$1 $4 begin" >> "$0.log"
[ "$4" = BACKUP ] && sleep 30
sleep 0.3
echo "$1 $4 end" >> "$0.log"
[ "$4" = MASTER ] && exit 7
exit 0
`;

export const run = scenario(async (scene) => {
  const { a } = scene;
  const log = join(a.dir, 'slow.log');
  const lines = (): string[] => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
  writeFileSync(join(a.dir, 'slow'), SLOW, { mode: 0o755 });
  const notify = (word: string, more: readonly string[]): string[] => [
    `notify "@DIR@/slow ${word}"`,
    'garp_master_delay 60',
    ...more,
  ];
  const ordered = instance({ priority: 150, usual: false, more: notify('ordered', ['notify_serialize 6']) });
  const free = instance({
    name: 'FREE',
    vrid: 52,
    priority: 140,
    vips: ['10.0.0.101'],
    usual: false,
    more: notify('free', []),
  });
  await a.start([ordered, free].join('\n'));
  await until(() => lines().includes('ordered MASTER end'), 20_000, 'the script of the master');
  assert.deepEqual(
    lines().filter((line) => line.startsWith('ordered')),
    ['ordered BACKUP begin', 'ordered MASTER begin', 'ordered MASTER end'],
  );
  const at = (line: string): number => lines().indexOf(line);
  assert.ok(at('free MASTER end') < at('ordered MASTER begin'), 'the free one has not waited');
  await a.sees(/^Script \S+slow of instance VI was stopped after 6 seconds$/);
  await a.sees(/^Script \S+slow of instance VI exited with status 7$/);
  await a.stop();
  // What waits at the end is started, and the daemon does not wait for it for long.
  await until(() => lines().includes('ordered STOP end'), 5_000, 'the script of the stop');
});
