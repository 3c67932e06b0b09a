/**
 * A webhook is told of virtual and real servers by the process of the checkers, as the readers of the FIFO
 * are: at the start with rs_init_notifies, of a failure, and of a stop.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { block } from '../../lib/config.ts';
import { CHECKER_FLAGS, virtualServer } from '../../lib/lvs.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';
import { serve } from '../../lib/serve.ts';

export const since = 'alived';
export const modules = ['ip_vs', 'ip_vs_rr'];

const PORT = 8088;
const VIRTUAL = '[10.0.0.100]:tcp:80';
const FIRST = '[127.0.9.1]:tcp:80';
const SECOND = '[127.0.9.2]:tcp:80';

const check = block('FILE_CHECK', ['track_file one', 'weight 0']);
const text = [
  ...block('track_file one', ['file @DIR@/one']),
  ...block('webhook pager', [`url http://127.0.0.1:${PORT}/hook`, 'timeout 2', 'retries 3']),
  virtualServer('10.0.0.100 80', [
    ...['protocol TCP', 'lb_kind NAT', 'lb_algo rr', 'quorum 2', 'omega'],
    ...block('real_server 127.0.9.1 80', check),
    ...block('real_server 127.0.9.2 80', []),
  ]),
].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  const file = join(a.dir, 'posted');
  const posted = (): Record<string, string>[] =>
    existsSync(file)
      ? readFileSync(file, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line.slice(line.indexOf('{'))))
      : [];
  const told = (): string[] =>
    posted().map(({ type, name, state, virtual_server: of }) =>
      [type, name, of, state].join(' ').replace('  ', ' '),
    );
  const count = (line: string) => told().filter((one) => one === line).length;
  const server = await serve(a, 'webhook-server.ts', [String(PORT), file, '1']);
  writeFileSync(join(a.dir, 'one'), '0\n');
  await a.start(text, { flags: CHECKER_FLAGS, globals: ['rs_init_notifies'] });
  await until(() => count(`VS ${VIRTUAL} UP`) === 1, 20_000, 'the quorum');
  for (const name of [FIRST, SECOND]) {
    await until(() => count(`RS ${name} ${VIRTUAL} UP`) === 1, 20_000, name);
  }
  writeFileSync(join(a.dir, 'one'), '1\n');
  await until(() => count(`VS ${VIRTUAL} DOWN`) === 1, 20_000, 'the loss of the quorum');
  const [down] = posted().filter(({ state }) => state === 'DOWN');
  assert.deepEqual([down?.type, down?.name, down?.virtual_server], ['RS', FIRST, VIRTUAL], told().join('\n'));
  assert.equal(down?.router_id, 'lab');
  await a.stop();
  await until(() => count(`RS ${SECOND} ${VIRTUAL} DOWN`) === 1, 10_000, 'the stop');
  server.kill();
});
