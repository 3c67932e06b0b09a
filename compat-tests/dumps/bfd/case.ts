/** keepalived_bfd.data of two sessions without a peer. */
import { block, globals } from '../../lib/config.ts';
import { dataOf } from '../../lib/dumps.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  globals(['bfd_priority -3']),
  ...block('bfd_instance one', ['neighbor_ip 10.0.0.2', 'source_ip 10.0.0.1', 'min_rx 50', 'multiplier 4']),
  ...block('bfd_instance six', ['neighbor_ip fd00::2', 'passive', 'hoplimit 9', 'max_hops 3', 'checker']),
].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start', 'outcome');
  await a.start(text);
  scene.fact('data', await dataOf(a, 'keepalived_bfd.data'));
});
