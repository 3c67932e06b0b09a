/** A VMAC is part of the VRF of the interface below, and follows it out of there and back. */
import { silent } from '../../lib/config.ts';
import { run as command } from '../../lib/exec.ts';
import { joinVrf } from '../../lib/links.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['vrf', 'macvlan'];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const members = async (): Promise<string[]> => {
    const text = await command(['ip', '-n', a.ns, '-br', 'link', 'show', 'master', 'red']);
    return text.split('\n').flatMap((line) => line.split(/[\s@]/)[0] || []);
  };
  const isMember = (wanted: boolean) => async (): Promise<boolean> =>
    (await members()).includes('vrrp.51') === wanted;
  await scene.phase('start', 'outcome');
  await joinVrf(a.ns);
  await a.start(silent({ priority: 150, more: ['use_vmac'] }));
  await scene.master(a);
  scene.fact('members', await members());
  // The kernel takes interfaces down and up while they move, which the log shows or not, by chance.
  await scene.phase('out', 'outcome');
  await lab.ip('a', 'link', 'set', 'eth0', 'nomaster');
  await a.sees(/Success changing VRF of VMAC interface vrrp\.51/);
  await until(isMember(false), 10_000, 'the VMAC to leave the VRF');
  await scene.master(a);
  await scene.phase('in', 'outcome');
  await lab.ip('a', 'link', 'set', 'eth0', 'master', 'red');
  await until(isMember(true), 10_000, 'the VMAC to come back');
  await scene.master(a);
  scene.fact('members again', await members());
  await scene.phase('stop', 'outcome');
  await a.stop();
  scene.fact('log', [...new Set(a.logged(/VRF/).map((line) => line.text))]);
});
