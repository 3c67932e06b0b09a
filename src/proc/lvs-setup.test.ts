import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseConfig } from '../../grammar/index.ts';
import { objectFacts } from '../../grammar/testing.ts';
import type { CheckerChildConfig } from '../ipc/messages.ts';
import { formatAddress } from '../wire/address.ts';
import { checkerChildConfig } from './lvs-setup.ts';

const configOf = (text: string): CheckerChildConfig =>
  checkerChildConfig(parseConfig('k.conf', objectFacts({ files: { 'k.conf': text } })).model, {
    releaseIpvs: true,
  });

const server = (head: string, ...lines: string[]): string =>
  `virtual_server ${head} {\n protocol TCP\n lb_algo wlc\n lb_kind NAT\n ${lines.join('\n ')}\n}\n`;

describe('configuration of the checker child', () => {
  it('makes every address of a range and every mark a service of its own', () => {
    const group = 'virtual_server_group G {\n 10.1.0.254-255 80\n fwmark 9\n}\n';
    const { virtualServers } = configOf(`${group}${server('group G', 'real_server 10.0.0.2 80 {', '}')}`);
    const ids = virtualServers[0]?.services.map(({ id }) =>
      id.by === 'mark' ? `${id.family} ${id.mark}` : `${formatAddress(id.address)} ${id.port}`,
    );
    assert.deepEqual(ids, ['10.1.0.254 80', '10.1.0.255 80', '4 9']);
  });

  it('carries persistence with the length of its mask, and flags in the numbers of the kernel', () => {
    const lines = [
      'lb_algo sh',
      'sh-port',
      'persistence_timeout 60',
      'persistence_granularity 255.255.255.0',
    ];
    const { virtualServers } = configOf(server('10.0.0.1 80', ...lines, 'real_server 10.0.0.2 80 {', '}'));
    const service = virtualServers[0]?.services[0];
    assert.deepEqual(service?.persistence, { timeoutSeconds: 60, prefixLength: 24 });
    assert.deepEqual([service?.scheduler, service?.schedulerFlags], ['sh', [2]]);
  });

  it('leaves the mask of persistence out for the services of a group', () => {
    const group = 'virtual_server_group G {\n 10.1.0.1 80\n fwmark 9\n}\n';
    const lines = ['persistence_granularity 255.255.255.0', 'real_server 10.0.0.2 80 {', '}'];
    const { virtualServers } = configOf(`${group}${server('group G', ...lines)}`);
    assert.deepEqual(
      virtualServers[0]?.services.map(({ persistence }) => persistence),
      [1, 2].map(() => ({ timeoutSeconds: 360, prefixLength: 32 })),
    );
  });

  it('runs TCP_CHECK with its target, and other checks beside it', () => {
    const { virtualServers, ipvs } = configOf(
      server(
        '10.0.0.1 80',
        'ha_suspend',
        'real_server 10.0.0.2 80 {\n TCP_CHECK {\n connect_port 8080\n bindto 10.0.0.9\n fwmark 5\n }\n}',
        'real_server 10.0.0.3 80 {\n PING_CHECK {\n }\n}',
      ),
    );
    const [first, second] = virtualServers[0]?.realServers ?? [];
    const check = first?.checks[0];
    const connect = check?.type === 'TCP_CHECK' ? check.connect : undefined;
    assert.deepEqual(
      [connect?.port, connect?.source && formatAddress(connect.source), connect?.mark, connect?.timeoutUs],
      [8080, '10.0.0.9', 5, 5_000_000],
    );
    assert.deepEqual(
      second?.checks.map(({ type }) => type),
      ['PING_CHECK'],
    );
    assert.deepEqual([virtualServers[0]?.suspends, ipvs], [true, { flush: false }]);
  });
});
