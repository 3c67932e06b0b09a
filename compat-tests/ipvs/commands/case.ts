/**
 * The port of IPVS beside ipvsadm: on the side of upstream ipvsadm obeys a row of commands, on ours the port
 * is asked for the same. Afterwards the kernel has to hold the same, and the port has to read what it wrote.
 */
import { run as command } from '../../lib/exec.ts';
import { ipvsTable, ipvsTimeouts, syncDaemons } from '../../lib/ipvs.ts';
import { IPVS_COMMANDS, playCommands } from '../../lib/ipvs-commands.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = [
  'ip_vs',
  'ip_vs_pe_sip',
  'ip_vs_rr',
  'ip_vs_wrr',
  'ip_vs_wlc',
  'ip_vs_sh',
  'ip_vs_mh',
];

export const run = scenario(async (scene) => {
  const { a } = scene;
  const inside = ['ip', 'netns', 'exec', a.ns];
  await scene.phase('commands', 'outcome');
  if (a.kind === 'upstream') {
    for (const [line] of IPVS_COMMANDS) await command([...inside, 'ipvsadm', ...line.split(' ')]);
    await command([...inside, 'ipvsadm', '--stop-daemon', 'master']);
  } else {
    const odd = playCommands(a.ns);
    if (odd.length > 0) scene.fact('unexpected', odd);
  }
  scene.fact('table', await ipvsTable(a.ns));
  scene.fact('daemons', await syncDaemons(a.ns));
  scene.fact('timeouts', await ipvsTimeouts(a.ns));
});
