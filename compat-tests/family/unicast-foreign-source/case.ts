/**
 * Unicast from addresses that no interface has: FAULT, also for the other member of a sync group and for a
 * second instance with the same source, until a reload finds the address. Beside them one that has its own.
 */
import { block, instance, silent, unicast } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

/** Apart by their priorities. */
const other = (name: string, vrid: number, priority: number, vip: string, more: string[]): string =>
  silent({ name, vrid, priority, vips: [vip], more });

const text = [
  block('vrrp_sync_group G', block('group', ['VI', 'V2'])).join('\n'),
  instance({ priority: 200, more: unicast('10.0.0.21', '10.0.0.77') }),
  other('V2', 52, 160, '10.0.0.101/24', unicast('10.0.0.21', '10.0.0.77')),
  other('V3', 53, 120, '10.0.0.102/24', unicast('10.0.0.1', '10.0.0.77')),
  other('V6', 54, 80, 'fe80::106', unicast('fd00::21', 'fd00::77')),
].join('\n');

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await scene.phase('start');
  await a.start(text);
  await scene.state(a, 'FAULT');
  await a.enters('MASTER', ['V3']);
  scene.fact(
    'causes',
    a.logged(/bind unicast_src|src address not configured|fd\(-1/).map((line) => line.text),
  );
  await scene.phase('reload');
  await lab.ip('a', 'address', 'add', '10.0.0.21/24', 'dev', 'eth0');
  await lab.ip('a', 'address', 'add', 'fd00::21/64', 'dev', 'eth0');
  await a.reload(text);
  await a.enters('MASTER', ['VI', 'V2', 'V6']);
});
