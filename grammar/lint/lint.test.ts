import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { catalogue } from '../catalogue/index.ts';
import { parseConfig } from '../index.ts';
import { objectFacts } from '../testing.ts';
import { lint, lintRules } from './index.ts';

const run = (text: string, worldReadable = false): string[] => {
  const { tree, model } = parseConfig('k.conf', objectFacts({ files: { 'k.conf': text } }));
  return lint({ tree, model, worldReadable }).map(({ code, span }) => {
    assert.ok(span && span.end <= text.length, code);
    return code;
  });
};

const instance = (body: string, name = 'A', vrid = 51, vip = '10.0.0.1/24'): string =>
  `vrrp_instance ${name} {\ninterface eth0\nvirtual_router_id ${vrid}\n${body}\nvirtual_ipaddress {\n${vip}\n}\n}\n`;
const script = (body: string): string => `vrrp_script s {\n${body}\n}\n${instance('track_script {\ns\n}')}`;
const service = (body: string, vip = '10.0.0.1', head = ''): string =>
  `${instance(head, 'A', 51, vip)}virtual_server 10.0.0.1 80 {\n${body}\n}\n`;
const real = (body: string): string => `real_server 10.0.0.9 80 {\n${body}\n}`;

/** What fires, and the nearest thing that does not. */
const cases: readonly (readonly [code: string, fires: string, silent: string])[] = [
  [
    'AV0901',
    instance('nopreempt\ntrack_interface {\neth1 weight -5\n}'),
    instance('nopreempt\ntrack_interface {\neth1\n}'),
  ],
  [
    'AV0901',
    `vrrp_script s {\nscript "/bin/x"\nweight -5\n}\n${instance('nopreempt\ntrack_script {\ns\n}')}`,
    `vrrp_script s {\nscript "/bin/x"\nweight -5\n}\n${instance('track_script {\ns\n}')}`,
  ],
  ['AV0908', service(real('TCP_CHECK {\n}'), '10.0.0.1', 'no_accept'), service(real('TCP_CHECK {\n}'))],
  [
    'AV0908',
    `global_defs {\nvrrp_strict\n}\n${service(real('TCP_CHECK {\n}'))}`,
    `global_defs {\nvrrp_strict\n}\n${service(real('TCP_CHECK {\n}'), '10.0.0.1', 'accept')}`,
  ],
  [
    'AV0909',
    instance('authentication {\nauth_type PASS\nauth_pass 1111\n}'),
    instance('authentication {\nauth_type PASS\nauth_pass k7Rw2pQx\n}'),
  ],
  [
    'AV0909',
    instance('unicast_peer {\n10.0.0.7\n}\nauthentication {\nauth_pass k7Rw2pQx\n}'),
    instance('unicast_peer {\n10.0.0.7\n}'),
  ],
  ['AV0910', instance('unicast_src_ip 10.0.9.1'), instance('unicast_src_ip 10.0.0.7')],
  ['AV0910', instance('mcast_src_ip 10.0.9.1'), instance('mcast_src_ip 10.0.9.1', 'A', 51, '10.0.0.1')],
  ['AV0911', instance('') + instance('', 'B', 52), instance('') + instance('', 'B', 52, '10.0.0.2')],
  ['AV0912', `vrrp_script t {\nscript "/bin/x"\n}\n${instance('')}`, script('script "/bin/x"')],
  ['AV0913', instance('track_script {\n}'), instance('track_interface {\neth1\n}')],
  [
    'AV0914',
    script('script "/usr/bin/curl localhost | grep ok"'),
    script(`script "/bin/sh -c 'curl localhost | grep ok'"`),
  ],
  ['AV0914', instance('notify_master "/bin/a.sh > /tmp/log"'), instance('notify_master "/bin/a.sh a-b"')],
  ['AV0914', script('script "/bin/a && /bin/b"'), script('script "</etc/passwd"')],
  ['AV0915', script('interval 2\ntimeout 5'), script('interval 2\ntimeout 2')],
  ['AV0916', script('interval 10\nfall 5'), script('interval 2\nfall 3')],
  [
    'AV0918',
    `vrrp_sync_group G {\ngroup {\nA\nB\n}\n}\n${instance('priority 90')}${instance('', 'B', 52, '10.0.0.2')}`,
    `vrrp_sync_group G {\ngroup {\nA\nB\n}\n}\n${instance('priority 100')}${instance('', 'B', 52, '10.0.0.2')}`,
  ],
  ['AV0931', service(real('TCP_CHECK {\n}'), '10.0.0.2'), service(real('TCP_CHECK {\n}'))],
  ['AV0932', service(real('weight 1')), service(real('PING_CHECK {\n}'))],
  [
    'AV0933',
    service(`protocol UDP\n${real('TCP_CHECK {\n}')}`),
    service(`protocol UDP\n${real('TCP_CHECK {\nconnect_port 81\n}')}`),
  ],
  ['AV0936', service(real('weight 0\nTCP_CHECK {\n}')), service(real('weight 10\nTCP_CHECK {\n}'))],
  [
    'AV0937',
    service(`sorry_server_inhibit\n${real('TCP_CHECK {\n}')}`),
    service(`sorry_server 10.0.0.8 80\nsorry_server_inhibit\n${real('TCP_CHECK {\n}')}`),
  ],
  [
    'AV0938',
    'virtual_server group G {\npersistence_granularity 255.255.255.0\n}\n',
    'virtual_server 10.0.0.1 80 {\npersistence_granularity 255.255.255.0\n}\n',
  ],
];

describe('advice', () => {
  for (const [code, fires, silent] of cases) {
    it(`${code} fires, and not on its neighbour`, () => {
      assert.deepEqual(
        run(fires).filter((found) => found === code),
        [code],
      );
      assert.ok(!run(silent).includes(code), silent);
    });
  }

  it('notices a file that everybody can read', () => {
    const text = instance('authentication {\nauth_pass k7Rw2pQx\n}');
    assert.deepEqual([run(text), run(text, true)], [[], ['AV0909']]);
  });

  it('is silent about an ordinary file', () => {
    assert.deepEqual(run(`${script('script "/usr/bin/pgrep -x nginx"\ninterval 2\nweight -20')}`), []);
  });

  it('has a case and a page for every rule', () => {
    const pages = catalogue.filter(({ severity }) => severity === 'lint').map(({ code }) => code);
    assert.deepEqual(lintRules.map(({ code }) => code).sort(), pages);
    assert.deepEqual([...new Set(cases.map(([code]) => code))].sort(), pages);
  });
});
