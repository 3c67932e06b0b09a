/**
 * A webhook: every change of instance and group as JSON, in order, with the secret; refused ones are tried
 * again, and neither log nor dump shows the secret.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { block, instance } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';
import { serve } from '../../lib/serve.ts';

export const since = 'alived';

const PORT = 8088;
const SECRET = 'do-not-show';

const text = [
  ...block('webhook pager', [
    `url http://127.0.0.1:${PORT}/hook`,
    `secret_header X-Secret ${SECRET}`,
    'timeout 2',
    'retries 3',
  ]),
  ...block('vrrp_sync_group G', block('group', ['VI'])),
  instance({ priority: 150, usual: false, more: ['garp_master_delay 60'] }),
].join('\n');

interface Posted {
  readonly type: string;
  readonly name: string;
  readonly state: string;
  readonly priority?: number;
  readonly router_id: string;
}

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const file = join(a.dir, 'posted');
  const posted = (): Posted[] =>
    existsSync(file)
      ? readFileSync(file, 'utf8')
          .trim()
          .split('\n')
          .map((line) => {
            assert.ok(line.startsWith(`${SECRET} `), line);
            return JSON.parse(line.slice(SECRET.length + 1));
          })
      : [];
  const states = (): string[] => posted().map(({ type, name, state }) => `${type} ${name} ${state}`);
  const server = await serve(a, 'webhook-server.ts', [String(PORT), file, '2']);
  await a.start(text);
  await until(() => states().includes('INSTANCE VI MASTER'), 15_000, 'the master');
  await a.sees(/^Webhook pager: status 503 - trying again$/);
  await lab.cable('a', 'down');
  await until(() => states().includes('GROUP G FAULT'), 10_000, 'the fault');
  await a.stop();
  server.kill();
  const told = states();
  assert.deepEqual(
    told.filter((line) => line.startsWith('INSTANCE')),
    ['BACKUP', 'MASTER', 'FAULT', 'STOP'].map((state) => `INSTANCE VI ${state}`),
  );
  assert.ok(told.includes('GROUP G STOP'), 'the stop is told of before the process ends');
  assert.equal(posted().find(({ state }) => state === 'MASTER')?.priority, 150);
  assert.deepEqual(a.logged(new RegExp(SECRET)), []);
});
