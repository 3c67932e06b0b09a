import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Sysctl } from '../ports/sysctl.ts';
import { InterfaceSettings } from './interface-settings.ts';
import type { OwnLink } from './own-link-plan.ts';

const link = (more: Partial<OwnLink> = {}): OwnLink => ({
  name: 'vrrp.51',
  owner: 'R1',
  base: 'eth0',
  link: { kind: 'macvlan', mode: 'private', mac: new Uint8Array(6) },
  family: 4,
  notify: false,
  families: [4],
  linkLocal: false,
  ...more,
});

const KEYS = ['accept_local', 'arp_filter', 'arp_ignore', 'promote_secondaries', 'rp_filter'];

function bench(start: Readonly<Record<string, number>> = {}) {
  const values = new Map<string, number>();
  for (const ifname of ['all', 'default', 'eth0', 'eth1', 'vrrp.51']) {
    for (const key of KEYS) values.set(`net/ipv4/conf/${ifname}/${key}`, 0);
    values.set(`net/ipv6/conf/${ifname}/disable_ipv6`, 0);
  }
  for (const [key, value] of Object.entries(start)) values.set(key, value);
  const before = new Map(values);
  const lines: string[] = [];
  let refuse = 0;
  const sysctl: Sysctl = {
    get: (path) => values.get(path),
    set: (path, value) => {
      if (refuse === 0) values.set(path, value);
      return refuse;
    },
  };
  const settings = new InterfaceSettings(sysctl, (id, args) => lines.push([id, ...args].join(' ')));
  const changes = () =>
    [...values].flatMap(([path, value]) =>
      before.get(path) === value ? [] : `${path.replace('net/', '').replace('/conf', '')}=${value}`,
    );
  return { settings, lines, changes, refuse: (errno: number) => (refuse = errno) };
}

describe('settings of interfaces', () => {
  it('prepare an IPv4 VMAC and the interface below', () => {
    const { settings, changes } = bench();
    settings.prepare(link(), ['eth0', 'eth1']);
    assert.deepEqual(changes(), [
      'ipv4/eth0/arp_filter=1',
      'ipv4/eth0/arp_ignore=1',
      'ipv4/vrrp.51/accept_local=1',
      'ipv4/vrrp.51/arp_ignore=1',
      'ipv4/vrrp.51/promote_secondaries=1',
      'ipv6/vrrp.51/disable_ipv6=1',
    ]);
  });

  it('only take IPv6 from an ipvlan that is for IPv4', () => {
    const { settings, changes } = bench({ 'net/ipv4/conf/all/rp_filter': 1 });
    settings.prepare(link({ link: { kind: 'ipvlan', mode: 'bridge' } }), ['eth0']);
    assert.deepEqual(changes(), ['ipv6/vrrp.51/disable_ipv6=1']);
  });

  it('leave the interface below an IPv6 VMAC alone', () => {
    const { settings, changes } = bench({ 'net/ipv6/conf/vrrp.51/disable_ipv6': 1 });
    settings.prepare(link({ family: 6, families: [6] }), ['eth0']);
    assert.deepEqual(changes(), ['ipv4/vrrp.51/arp_ignore=1', 'ipv6/vrrp.51/disable_ipv6=0']);
  });

  it('move the reverse path filter of all interfaces to each of the others, and back', () => {
    const all = { 'net/ipv4/conf/all/rp_filter': 1, 'net/ipv4/conf/eth1/rp_filter': 2 };
    const { settings, changes, lines } = bench(all);
    settings.prepare(link(), ['eth0', 'eth1']);
    const filters = changes().filter((line) => line.includes('/rp_filter'));
    assert.deepEqual(filters, ['ipv4/all/rp_filter=0', 'ipv4/default/rp_filter=1', 'ipv4/eth0/rp_filter=1']);
    settings.restore();
    assert.deepEqual(
      changes().filter((line) => line.includes('/rp_filter')),
      [],
    );
    assert.deepEqual(lines, [
      'sysctl-set net.ipv4.conf.default.rp_filter 0 1',
      'sysctl-set net.ipv4.conf.all.rp_filter 1 0',
      'sysctl-reset net.ipv4.conf.all.rp_filter 1',
      'sysctl-reset net.ipv4.conf.default.rp_filter 0',
    ]);
  });

  it('restore promote_secondaries only where it was off, and not on an interface that is another one', () => {
    const { settings, changes } = bench({ 'net/ipv4/conf/eth1/promote_secondaries': 1 });
    settings.promoteSecondaries('eth0');
    settings.promoteSecondaries('eth1');
    settings.promoteSecondaries('gone');
    assert.deepEqual(changes(), ['ipv4/eth0/promote_secondaries=1']);
    settings.forget('eth0');
    settings.restore();
    assert.deepEqual(changes(), ['ipv4/eth0/promote_secondaries=1']);
  });

  it('say what was refused', () => {
    const { settings, lines, refuse } = bench();
    refuse(30);
    settings.promoteSecondaries('eth0');
    assert.deepEqual(lines, ['sysctl-refused net/ipv4/conf/eth0/promote_secondaries 1 30']);
  });
});
