/**
 * `alived plan`: what a reload would do to the daemon that runs is what it does then; the file on disk may
 * have changed since. A file that a reload refuses is refused here as well.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { silent } from '../../lib/config.ts';
import { ran } from '../../lib/exec.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

export const since = 'alived';

const alived = fileURLToPath(new URL('../../../bin/alived', import.meta.url));
const one = (name: string, vrid: number, vip: string, priority = 150): string =>
  silent({ name, vrid, vips: [vip], priority });

export const run = scenario(async (scene) => {
  const { a } = scene;
  const plan = async (text: string) => {
    a.configure(text);
    return await ran([alived, 'plan', a.configPath, '-p', a.daemon.pidPath('parent')]);
  };
  const becomes = (name: string, state: string) =>
    until(() => a.state(name) === state, 10_000, `${name} to be ${state}`);
  const before = [one('VI', 51, '10.0.0.100'), one('MOVES', 52, '10.0.0.101'), one('GOES', 53, '10.0.0.102')];
  const after = [
    one('VI', 51, '10.0.0.109', 140),
    one('MOVES', 62, '10.0.0.101'),
    one('COMES', 54, '10.0.0.103'),
  ];
  await a.start(before.join('\n'));
  for (const name of ['VI', 'MOVES', 'GOES']) await becomes(name, 'MASTER');
  // Whoever reads the file now does not see what runs.
  writeFileSync(a.configPath, 'nonsense\n');
  assert.deepEqual((await plan(before.join('\n'))).code, 0);
  const { code, stdout } = await plan(after.join('\n'));
  assert.equal(code, 1);
  assert.deepEqual(
    stdout.split('\n').filter((line) => /^[-+~!]/.test(line)),
    [
      '- instance GOES: it is MASTER: it gives up its addresses, and a backup takes over',
      '~ instance VI: it is MASTER: a backup of a higher priority that preempts takes over',
      '! instance MOVES: it is MASTER: it gives up its addresses, and starts as BACKUP',
      '+ instance COMES: starts as BACKUP',
    ],
  );
  await a.reload(after.join('\n'));
  await becomes('MOVES', 'BACKUP');
  await becomes('COMES', 'BACKUP');
  assert.equal(a.state('VI'), 'MASTER');
  assert.equal((await plan(after.join('\n'))).code, 0, 'the plan is done');
  const refused = await plan(`net_namespace elsewhere\n${after.join('\n')}`);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /would be refused: net_namespace cannot change/);
});
