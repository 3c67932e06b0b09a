/** A source address that is not there, a peer that is not, and no VRRP at all beside the sessions. */
import { bfdInstance, instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const nowhere = bfdInstance({ name: 'NOWHERE', neighbor: '10.0.0.9', source: '10.0.0.99' });
const silent = bfdInstance({ name: 'SILENT', neighbor: '10.0.0.3', source: '10.0.0.1', interval: 2000 });

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await scene.phase('tracked');
  await a.start(
    [nowhere, silent, instance({ priority: 100, more: ['track_bfd {', '  SILENT', '}'] })].join('\n'),
  );
  await a.sees(/instance SILENT is in state Down/);
  await scene.phase('link down');
  await lab.ip('a', 'link', 'set', 'eth0', 'down');
  await a.sees(/^\(SILENT\) Error sending packet/);
  await scene.phase('sessions alone');
  await b.start(bfdInstance({ neighbor: '10.0.0.3', source: '10.0.0.2' }), {
    flags: ['-D', '-G', '-P', '-C'],
  });
  await scene.bfd(b, 'Down');
  scene.fact('pid files', [b.daemon.pidIn('vrrp') !== undefined, b.daemon.pidIn('bfd') !== undefined]);
});
