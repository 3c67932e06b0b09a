import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Link } from '../ports/kernel.ts';
import type { InstanceConfig } from './config.ts';
import { fits, lowerIndexOf, planLinks } from './own-link-plan.ts';
import { instance, vip } from './testing/config.ts';

const device = (index: number, name: string, more: Partial<Link> = {}): Link => ({
  index,
  name,
  up: true,
  flags: 1,
  loopback: false,
  multicast: true,
  mtu: 1500,
  mac: Uint8Array.of(2, 0, 0, 0, 0, index),
  type: 1,
  kind: 'veth',
  lowerIndex: 0,
  masterIndex: 0,
  ...more,
});
const eth0 = device(2, 'eth0');
const eth1 = device(3, 'eth1');
const vmac = (index: number, name: string, last: number, more: Partial<Link> = {}): Link =>
  device(index, name, {
    kind: 'macvlan',
    mode: 1,
    lowerIndex: 2,
    mac: Uint8Array.of(0, 0, 0x5e, 0, 1, last),
    ...more,
  });

const prefixes = { vmac: 'vrrp', address: 'vrrp' };
const macvlan = { kind: 'macvlan' } as const;

function plan(
  instances: readonly InstanceConfig[],
  links: readonly Link[] = [],
  ours: readonly string[] = [],
) {
  return planLinks(instances, prefixes, { links: [eth0, eth1, ...links], ours: new Set(ours) });
}

describe('the plan of interfaces', () => {
  it('leaves an instance without VMAC as it is', () => {
    const config = instance();
    assert.equal(plan([config]).instances[0], config);
    assert.deepEqual(plan([config]).links, []);
  });

  it('puts addresses of the family on the VMAC, also with dev, and others where they were', () => {
    const config = instance({
      ownLink: macvlan,
      vips: [vip('10.0.0.1'), vip('10.0.0.2', { dev: 'eth0' })],
      excludedVips: [vip('10.1.0.1', { dev: 'eth1' }), vip('fd00::1')],
    });
    const { instances, links } = plan([config]);
    assert.deepEqual(
      instances[0]?.vips.map(({ dev }) => dev),
      ['vrrp.51', 'vrrp.51'],
    );
    assert.deepEqual(
      instances[0]?.excludedVips.map(({ dev }) => dev),
      ['eth1', undefined],
    );
    assert.deepEqual(instances[0]?.ownLinks, { main: 'vrrp.51', names: ['vrrp.51'] });
    assert.deepEqual(links[0]?.families, [4, 6], 'an IPv6 address of the instance keeps IPv6 on it');
  });

  it('gives VMACs to other addresses with use_vmac_addr, in the order of the configuration', () => {
    const config = instance({
      ownLink: macvlan,
      vmacAddresses: true,
      excludedVips: [vip('fd00::1'), vip('fd01::1', { dev: 'eth1' }), vip('10.1.0.1', { dev: 'eth1' })],
    });
    const { links } = plan([config]);
    assert.deepEqual(
      links.map(({ name, base, linkLocal, families }) => [name, base, linkLocal, families]),
      [
        ['vrrp.51', 'eth0', false, [4, 6]],
        ['vrrp6.51', 'eth0', true, [6]],
        ['vrrp1.51', 'eth1', true, [6]],
        ['vrrp2.51', 'eth1', false, [4]],
      ],
    );
  });

  it('shortens prefixes so that names fit', () => {
    const more = { ownLink: macvlan } as const;
    const long = { vmac: 'abcdefghijklmn', address: 'pq' };
    const two = [instance(more), instance({ ...more, name: 'R2', interface: 'eth1' })];
    const { links } = planLinks(two, long, { links: [eth0, eth1], ours: new Set() });
    assert.deepEqual(
      links.map(({ name }) => name),
      ['abcdefghijkl.51', 'abcdefghijk1.51'],
    );
  });

  it('tries 6 first for IPv6 and never again', () => {
    const taken = ['', '6', '1', '2', '3', '4', '5'].map((n, at) => device(20 + at, `vrrp${n}.51`));
    const six = instance({ family: 6, ownLink: macvlan });
    assert.equal(plan([six], taken.slice(0, 1)).links[0]?.name, 'vrrp6.51');
    assert.equal(plan([six], taken.slice(0, 2)).links[0]?.name, 'vrrp1.51');
    assert.equal(plan([six], taken).links[0]?.name, 'vrrp7.51');
    const without6 = taken.filter(({ name }) => name !== 'vrrp6.51');
    assert.equal(plan([instance({ ownLink: macvlan })], without6).links[0]?.name, 'vrrp6.51');
  });

  it('finds what fits and passes over what does not', () => {
    const config = instance({ ownLink: macvlan });
    const found = plan([config], [vmac(4, 'vrrp.51', 51)]);
    assert.equal(found.links[0]?.name, 'vrrp.51');
    assert.deepEqual(found.lines, [{ id: 'vmac-found', args: ['R1', 'vrrp.51'] }]);
    for (const other of [
      vmac(4, 'vrrp.51', 52),
      vmac(4, 'vrrp.51', 51, { lowerIndex: 3 }),
      vmac(4, 'vrrp.51', 51, { mode: 4 }),
      device(4, 'vrrp.51'),
    ]) {
      const passed = plan([config], [other]);
      assert.equal(passed.links[0]?.name, 'vrrp1.51');
      assert.deepEqual(passed.lines, []);
    }
  });

  it('takes a name of ours for another address, and leaves the old one under a new name', () => {
    const mac = Uint8Array.of(2, 0, 0, 0, 1);
    const own = instance({ ownLink: { kind: 'macvlan', mac } });
    assert.equal(plan([own], [vmac(4, 'vrrp.51', 51)], ['vrrp.51']).links[0]?.name, 'vrrp.51');
    const named = instance({ ownLink: { kind: 'macvlan', name: 'foo' } });
    const { links, stale } = plan([named], [vmac(4, 'vrrp.51', 51)], ['vrrp.51']);
    assert.equal(links[0]?.name, 'foo');
    assert.deepEqual(stale, [{ owner: 'R1', name: 'vrrp.51' }]);
  });

  it('shares one VMAC between instances that give it the same address', () => {
    const mac = Uint8Array.of(2, 0, 0, 0, 0, 0x77);
    const one = instance({ ownLink: { kind: 'macvlan', name: 'vn', mac } });
    const two = instance({ name: 'R2', vrid: 52, ownLink: { kind: 'macvlan', name: 'vo', mac } });
    const { links, instances, lines } = plan([one, two]);
    assert.equal(links.length, 1);
    assert.equal(instances[1]?.ownLinks?.main, 'vn');
    assert.deepEqual(lines.at(-1), { id: 'vmac-name-mismatch', args: ['R2', 'vo', 'vn'] });
  });

  it('does not run an instance whose address would be on the VMAC of another', () => {
    const six = instance({ family: 6, name: 'R6', ownLink: macvlan });
    const four = instance({ name: 'R4', vmacAddresses: true, excludedVips: [vip('fd00::200')] });
    const { instances, lines } = plan([six, four]);
    assert.deepEqual(
      instances.map(({ name }) => name),
      ['R6'],
    );
    assert.deepEqual(lines, [{ id: 'vmac-shared', args: ['R6', 'fd00::200/64', 'R4'] }]);
  });

  it('places a VMAC on a macvlan beside it', () => {
    const base = device(9, 'mv', { kind: 'macvlan', lowerIndex: 2 });
    const link = { kind: 'macvlan', mode: 'private', mac: Uint8Array.of(0, 0, 0x5e, 0, 1, 51) } as const;
    assert.equal(fits(vmac(4, 'vrrp.51', 51), base, link), true);
    assert.equal(fits(vmac(4, 'vrrp.51', 51, { lowerIndex: 9 }), base, link), false);
    const contained = { ...base, lowerIndex: 0 };
    assert.equal(fits(vmac(4, 'vrrp.51', 51, { lowerIndex: 0 }), contained, link), true);
    assert.equal(lowerIndexOf(contained, link), 9);
    assert.equal(lowerIndexOf(base, { kind: 'ipvlan', mode: 'bridge' }), 9);
  });

  it('asks for an ipvlan under its own name, with the address that is the source of adverts', () => {
    const address = { address: Uint8Array.of(10, 0, 0, 9), prefix: 32 };
    const config = instance({ ownLink: { kind: 'ipvlan', mode: 'vepa', address } });
    const { links, instances } = plan([config]);
    const [link] = links;
    assert.equal(instances[0]?.vips[0]?.dev, undefined, 'VIPs stay on the interface below');
    assert.equal(instances[0]?.ownLinks?.main, 'vrrp.51');
    assert.deepEqual(link?.link, { kind: 'ipvlan', mode: 'vepa' });
    assert.deepEqual(link?.address, address);
    assert.equal(link?.linkLocal, false);
  });
});
