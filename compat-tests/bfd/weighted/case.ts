/** A session with weights, of both signs and reversed, and one that a sync group tracks as a fault. */
import { bfdInstance, block, instance } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const tracker = (line: string) => ['track_bfd {', `  ${line}`, '}'];
const single = (name: string, vrid: number, line: string) =>
  instance({ name, vrid, priority: 100, vips: [`10.0.0.${vrid}/24`], usual: false, more: tracker(line) });
const member = (name: string, vrid: number) =>
  instance({ name, vrid, priority: 90, vips: [`10.0.0.${vrid}/24`], usual: false });

const text = [
  bfdInstance({ neighbor: '10.0.0.2', source: '10.0.0.1', more: ['weight 30'] }),
  ...block('vrrp_sync_group G', [...block('group', ['G1', 'G2']), ...tracker('B1 weight 0')]),
  single('UP', 60, 'B1'),
  single('DOWN', 61, 'B1 weight -20'),
  single('TURNED', 62, 'B1 weight 10 reverse'),
  member('G1', 71),
  member('G2', 72),
].join('\n');

const peer = bfdInstance({ neighbor: '10.0.0.1', source: '10.0.0.2' });

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  const priority = (vrid: number) => scene.adverts('a').findLast((p) => p.vrid === vrid)?.priority;
  const priorities = (...wanted: readonly number[]) =>
    until(() => wanted.every((one, at) => priority(60 + at) === one), 8_000, `priorities ${wanted}`);
  await scene.phase('session down', 'outcome');
  await a.start(text);
  await priorities(100, 80, 100);
  scene.fact('group', [a.state('G1') ?? '', a.state('G2') ?? '']);
  await scene.phase('session up', 'outcome');
  await b.start(peer);
  await priorities(130, 100, 90);
  await until(() => a.state('G1') === 'MASTER' && a.state('G2') === 'MASTER', 8_000, 'the group');
  await scene.phase('peer stops', 'outcome');
  await b.stop();
  await priorities(100, 80, 100);
  await until(() => a.state('G1') === 'FAULT' && a.state('G2') === 'FAULT', 8_000, 'the group in FAULT');
});
