/** VRRP-MIB (RFC 2787) and VRRPV3-MIB (RFC 6527), with their notifications of a new master. */
import { instance } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';
import { SnmpAgent } from '../../lib/snmp.ts';

const text = [
  instance({ priority: 150, version: 2, advert: 1, usual: false, more: ['garp_master_delay 60'] }),
  instance({
    name: 'V3',
    vrid: 52,
    priority: 110,
    advert: 0.5,
    usual: false,
    vips: ['10.0.0.102/24', '10.0.0.103/24'],
    more: ['garp_master_delay 60', 'nopreempt', 'no_accept'],
  }),
  instance({
    name: 'V6',
    vrid: 53,
    priority: 120,
    usual: false,
    vips: ['fe80::53'],
    more: ['garp_master_delay 60', 'use_vmac'],
  }),
].join('\n');

/** 2.2.7 tells the time in VRRP-MIB in seconds, and it is another one each time anyway. */
const steady = (line: string): boolean => !/^(vrrp2\.1\.3\.1\.13|vrrp3\.1\.1\.1\.1\.12)\./.test(line);

export const run = scenario(async (scene) => {
  const { a } = scene;
  const agent = await SnmpAgent.start(a);
  await scene.phase('start', 'outcome');
  const globals = ['enable_snmp_rfc', 'enable_traps'];
  await a.start(text, { globals, flags: ['-A', agent.socket] });
  await a.enters('MASTER', ['VI', 'V3', 'V6']);
  const state = 'vrrp3.1.1.1.1.6';
  const masters = async () => (await agent.walk(state)).filter((line) => line.endsWith('INTEGER: 3'));
  await until(async () => (await masters()).length === 3, 5_000, 'the agent to know');
  const objects = [...(await agent.walk('vrrp2.')), ...(await agent.walk('vrrp3.'))];
  scene.fact('objects', objects.filter(steady));
  scene.fact('since', objects.filter((line) => !steady(line)).length);
  await until(() => agent.traps().length >= 5, 5_000, 'the notifications');
  scene.fact('notifications', agent.traps().toSorted());
  await a.stop();
  agent.end();
});
