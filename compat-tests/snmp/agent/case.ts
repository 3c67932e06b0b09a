/** An agent that is not there, comes, goes away and comes again: the router does not notice. */
import assert from 'node:assert/strict';
import { instance } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';
import { SnmpAgent } from '../../lib/snmp.ts';

const AGAIN_MS = 25_000;

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start', 'outcome');
  const globals = ['enable_snmp_vrrp', 'enable_traps', `snmp_socket unix:${a.dir}/agentx`];
  await a.start(instance({ priority: 150 }), { globals });
  await a.sees(/Warning: Failed to connect to the agentx master agent \(unix:.*\/agentx\): $/);
  await scene.master(a);
  const agent = await SnmpAgent.start(a);
  const name = 'keepalived.2.3.1.2.1';
  const known = async () => (await agent.get(name)).endsWith('"VI"');
  await until(known, AGAIN_MS, 'the AgentX client to connect');
  await scene.phase('gone', 'outcome');
  agent.end();
  await a.sees(/AgentX master disconnected us, reconnecting in 15/);
  await scene.moreAdverts(a, 3);
  await agent.serve();
  await until(known, AGAIN_MS, 'the AgentX client to connect again');
  assert.equal(a.isMaster(), true);
  agent.end();
});
