import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseConfig } from '../../grammar/index.ts';
import { objectFacts } from '../../grammar/testing.ts';
import type { SnmpSetup } from '../ports/snmp.ts';
import { type SnmpOptions, snmpSetup, withSnmpOptions } from './snmp-setup.ts';

const NONE: SnmpOptions = { snmp: false, snmpSocket: undefined };

function setupOf(lines: readonly string[], options = NONE, more = ''): SnmpSetup | undefined {
  const text = `global_defs {\n ${lines.join('\n ')}\n}\n${more}`;
  const { model } = parseConfig('k.conf', objectFacts({ files: { 'k.conf': text } }));
  return snmpSetup(withSnmpOptions(model, options)).snmp;
}

const partsOf = (setup: SnmpSetup | undefined): string[] =>
  (['vrrp', 'rfc2787', 'rfc6527', 'checker', 'traps'] as const).filter((part) => setup?.[part] === true);

describe('snmpSetup', () => {
  it('is nothing where nobody asks for SNMP', () => {
    assert.equal(setupOf(['enable_traps']), undefined);
    assert.equal(setupOf([], { ...NONE, snmpSocket: 'unix:/run/x' }), undefined);
  });

  it('enables what the keywords say, and with -x every part', () => {
    assert.deepEqual(partsOf(setupOf(['enable_snmp_keepalived'])), ['vrrp']);
    assert.deepEqual(partsOf(setupOf(['enable_snmp_rfcv3', 'enable_traps'])), ['rfc6527', 'traps']);
    assert.deepEqual(partsOf(setupOf(['enable_snmp_rfc'])), ['rfc2787', 'rfc6527']);
    const all = setupOf([], { ...NONE, snmp: true });
    assert.deepEqual(partsOf(all), ['vrrp', 'rfc2787', 'rfc6527', 'checker']);
  });

  it('takes the socket of the command line, else that of the file, else the usual one', () => {
    const own = ['enable_snmp_vrrp', 'snmp_socket tcp:10.0.0.1:705'];
    assert.equal(setupOf(own)?.socket, 'tcp:10.0.0.1:705');
    assert.equal(setupOf(own, { ...NONE, snmpSocket: 'unix:/run/x' })?.socket, 'unix:/run/x');
    assert.equal(setupOf(['enable_snmp_vrrp'])?.socket, 'unix:/var/agentx/master');
  });

  it('has groups for the checker part, marks first', () => {
    const group = 'virtual_server_group G {\n 10.1.0.254-255 80\n fwmark 9\n}\n';
    const setup = setupOf(['enable_snmp_checker', 'snmp_vs_stats_update_interval 2'], NONE, group);
    const bytes = (...last: number[]) => Uint8Array.from([10, 1, 0, ...last]);
    assert.deepEqual(setup?.groups, [
      { name: 'G', members: [{ mark: 9 }, { first: bytes(254), last: bytes(255), port: 80 }] },
    ]);
    assert.deepEqual(setup?.statisticsUs, { virtual: 2_000_000, real: 2_000_000 });
    assert.deepEqual(setupOf(['enable_snmp_vrrp'], NONE, group)?.groups, []);
  });
});
