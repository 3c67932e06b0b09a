/**
 * Adverts with a wrong password, another kind of authentication and another version: vrrpTrapAuthFailure and
 * vrrpv3NotifyProtoError. 2.2.7 tells of each packet; here one is told of until an advert is accepted.
 */
import { block, silent } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';
import { SnmpAgent } from '../../lib/snmp.ts';

const password = (word: string): string[] => block('authentication', ['auth_type PASS', `auth_pass ${word}`]);
const older = { version: 2, advert: 1 } as const;

/** Priorities are apart, so that they become masters one after another. */
const instances = (priority: number, [first, second]: readonly string[][], third: 2 | 3): string =>
  [
    silent({ ...older, name: 'VP', priority, more: first ?? [] }),
    silent({
      ...older,
      name: 'VT',
      vrid: 52,
      priority: priority - 40,
      vips: ['10.0.0.102/24'],
      more: second ?? [],
    }),
    silent({
      name: 'VV',
      vrid: 53,
      priority: priority - 80,
      vips: ['10.0.0.103/24'],
      version: third,
      advert: 1,
    }),
  ].join('\n');

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  scene.endDetail = 'outcome';
  const agent = await SnmpAgent.start(a);
  await scene.phase('start', 'outcome');
  const globals = ['enable_snmp_rfc', 'enable_traps'];
  await a.start(instances(250, [password('abc'), []], 3), { globals, flags: ['-A', agent.socket] });
  await a.enters('MASTER', ['VP', 'VT', 'VV']);
  await scene.phase('strangers', 'outcome');
  await b.start(instances(100, [password('xyz'), password('q')], 2));
  const refusals = () => {
    const names = ['vrrp2.0.2', 'vrrp3.0.2'];
    return agent.traps().filter((line) => names.some((name) => line.includes(`OID: ${name} `)));
  };
  await until(() => new Set(refusals()).size >= 3, 15_000, 'the refusals');
  scene.fact('refusals', [...new Set(refusals())].toSorted());
  const [, vrid] = /vrrp3\.1\.2\.5\.1\.6\.(\d+\.53\.1)/.exec(refusals().join()) ?? [];
  const errors = await agent.get(`vrrp3.1.2.5.1.6.${vrid}`);
  scene.fact('error', errors.replace(/^.* = /, ''));
  agent.end();
});
