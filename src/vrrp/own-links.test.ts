import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Kernel, KernelAddress, KernelOp, Link, LinkOp } from '../ports/kernel.ts';
import { formatAddress } from '../wire/address.ts';
import type { InstanceConfig, OwnLinkRequest } from './config.ts';
import { OwnLinks } from './own-links.ts';
import { address, instance } from './testing/config.ts';

const EADDRINUSE = 98;
const EOPNOTSUPP = 95;

/** Interfaces, addresses and operations as they were asked for; `refuse` answers for some of them. */
class FakeKernel implements Kernel {
  readonly table = new Map<string, Link>();
  held: KernelAddress[] = [];
  readonly done: string[] = [];
  refuse: (op: LinkOp) => number = () => 0;
  #next = 10;

  device(name: string, more: Partial<Link> = {}): Link {
    const link: Link = {
      index: this.#next++,
      name,
      up: true,
      flags: 1,
      loopback: false,
      multicast: true,
      mtu: 1500,
      mac: Uint8Array.of(2, 0, 0, 0, 0, 1),
      type: 1,
      kind: 'veth',
      lowerIndex: 0,
      masterIndex: 0,
      ...more,
    };
    this.table.set(name, link);
    return link;
  }

  links = (): Link[] => [...this.table.values()];
  linkByName = (name: string): Link | undefined => this.table.get(name);
  linkByIndex = (index: number): Link | undefined => this.links().find((link) => link.index === index);
  addresses = (ifindex: number): KernelAddress[] => this.held.filter((one) => one.ifindex === ifindex);
  subscribe = (): void => {};
  drain = (): void => {};
  reread = (): void => {};

  apply(ops: readonly KernelOp[]) {
    return ops.map((op) => {
      const text = `${formatAddress(op.spec.address)} ${this.linkByIndex(op.spec.ifindex)?.name}`;
      this.done.push(`${op.op} ${text}`);
      this.held = this.held.filter(
        (one) => one.ifindex !== op.spec.ifindex || one.address.join() !== op.spec.address.join(),
      );
      if (op.op === 'addAddress') this.held.push(op.spec);
      return { op, errno: 0, text: '', sequence: 1 };
    });
  }

  changeLinks(ops: readonly LinkOp[]) {
    return ops.map((op) => {
      const errno = this.refuse(op);
      if (errno === 0) this.#change(op);
      return { op, errno, text: '', sequence: 1 };
    });
  }

  #change(op: LinkOp): void {
    const name = op.op === 'addLink' ? op.spec.name : op.name;
    const of = 'masterIndex' in op ? ` master ${op.masterIndex}` : 'group' in op ? ` group ${op.group}` : '';
    this.done.push(`${op.op} ${name}${'up' in op ? ' up' : ''}${of}`);
    const link = this.table.get(name);
    if (op.op === 'addLink') {
      const { lowerIndex, link: kind } = op.spec;
      const mac = kind.kind === 'macvlan' ? kind.mac : new Uint8Array(6);
      const mode = kind.kind === 'macvlan' ? 1 : 0;
      this.device(name, { kind: kind.kind, lowerIndex, mac, mode, flags: 0, up: false });
    } else if (op.op === 'removeLink') this.table.delete(name);
    else if (link === undefined) return;
    else if (op.op === 'reshapeLink' && op.link.kind === 'macvlan') {
      this.table.set(name, { ...link, mac: op.link.mac });
    } else if (op.op === 'changeLink' && op.masterIndex !== undefined) {
      this.table.set(name, { ...link, masterIndex: op.masterIndex });
    } else if ('up' in op) this.table.set(name, { ...link, flags: 1, up: true });
  }

  took(): string[] {
    return this.done.splice(0);
  }
}

function bench() {
  const kernel = new FakeKernel();
  const base = kernel.device('eth0');
  const lines: string[] = [];
  const settings = new Map<string, number>();
  const sysctl = {
    get: (path: string) => settings.get(path) ?? 0,
    set: (path: string, value: number) => {
      settings.set(path, value);
      return 0;
    },
  };
  const own = new OwnLinks(kernel, sysctl, (id, args) => lines.push([id, ...args].join(' ')));
  let running: readonly InstanceConfig[] = [];
  /** As the host goes from one configuration to the next, when nobody keeps running on an old interface. */
  const configure = (...instances: readonly InstanceConfig[]) => {
    const plan = own.plan({ instances });
    own.begin(plan);
    const left = running.filter(({ name }) => plan.instances.some((next) => next.name === name));
    own.proceed(left.length === 0 ? [] : plan.instances.map((config) => ({ config })));
    own.finish();
    running = plan.instances;
    return lines.splice(0);
  };
  return { kernel, base, own, lines, settings, configure };
}

const onVmac = (
  request: Partial<OwnLinkRequest & { kind: 'macvlan' }> = {},
  more: Partial<InstanceConfig> = {},
) => instance({ ownLink: { kind: 'macvlan', ...request }, ...more });

describe('interfaces of our own', () => {
  it('are made down, prepared, and raised', () => {
    const { kernel, configure, settings } = bench();
    assert.deepEqual(configure(onVmac()), ['vmac-created R1 VMAC vrrp.51']);
    assert.deepEqual(kernel.took(), [
      'addLink vrrp.51',
      'changeLink vrrp.51',
      'changeLink vrrp.51',
      'changeLink vrrp.51 up',
    ]);
    assert.equal(settings.get('net/ipv4/conf/vrrp.51/arp_ignore'), 1);
  });

  it('make the kernel tell of the interface below, when asked to', () => {
    const { kernel, configure } = bench();
    kernel.device('eth0', { index: 10, group: 7 });
    configure(onVmac({ notify: true }));
    assert.equal(kernel.took()[2], 'changeLink eth0 group 7');
  });

  it('are tried once and told once when the kernel refuses, and again with the interface below', () => {
    const { kernel, own, lines, configure } = bench();
    kernel.refuse = (op) => (op.op === 'addLink' ? EOPNOTSUPP : 0);
    const refused = [`netlink-error ${EOPNOTSUPP} RTM_NEWLINK(16) 1 0`, 'vmac-not-created R1 VMAC vrrp.51'];
    assert.deepEqual(configure(onVmac()), refused);
    kernel.refuse = () => 0;
    const link = kernel.device('eth0', { index: 10 });
    own.take({ event: 'link', link });
    assert.deepEqual(lines, ['vmac-created R1 VMAC vrrp.51']);
  });

  it('stay, down, when another one has their MAC address, and the log says why', () => {
    const { kernel, configure } = bench();
    kernel.refuse = (op) => ('up' in op ? EADDRINUSE : 0);
    assert.deepEqual(configure(onVmac()), [
      'vmac-created R1 VMAC vrrp.51',
      `netlink-error ${EADDRINUSE} RTM_NEWLINK(16) 1 0`,
    ]);
    assert.equal(kernel.linkByName('vrrp.51')?.up, false);
  });

  it('are adopted as they are, brought up when they are down, and removed in the end', () => {
    const { kernel, own, lines, configure } = bench();
    const mac = Uint8Array.of(0, 0, 0x5e, 0, 1, 51);
    kernel.device('vrrp.51', { kind: 'macvlan', mode: 1, lowerIndex: 10, mac, flags: 0, up: false });
    assert.deepEqual(configure(onVmac()), ['vmac-found R1 vrrp.51']);
    assert.equal(kernel.linkByName('vrrp.51')?.up, true);
    own.end();
    assert.deepEqual(lines, ['vmac-removed R1 vrrp.51']);
    assert.equal(kernel.linkByName('vrrp.51'), undefined);
  });

  it('belong to the VRF of the interface below, and go where that goes', () => {
    const { kernel, own, lines, configure } = bench();
    const red = kernel.device('red', { kind: 'vrf' });
    kernel.device('eth0', { index: 1, masterIndex: red.index });
    configure(onVmac());
    assert.ok(kernel.took().includes(`changeLink vrrp.51 master ${red.index}`));
    lines.length = 0;
    const bridge = kernel.device('br0', { kind: 'bridge' });
    own.take({ event: 'link', link: kernel.device('eth0', { index: 1, masterIndex: bridge.index }) });
    assert.deepEqual(kernel.took(), ['changeLink vrrp.51 master 0']);
    assert.deepEqual(lines, ['vmac-vrf-changed R1 vrrp.51']);
    own.take({ event: 'link', link: kernel.device('eth0', { index: 1 }) });
    assert.deepEqual(kernel.took(), []);
  });

  it('take a given name from another interface: changed where that is enough, else replaced', () => {
    const { kernel, configure } = bench();
    kernel.device('vq', { kind: 'macvlan', mode: 1, lowerIndex: 10 });
    kernel.device('vp', { kind: 'macvlan', mode: 1, lowerIndex: 99 });
    const two = onVmac({ name: 'vp' }, { name: 'R2', vrid: 52 });
    assert.deepEqual(configure(onVmac({ name: 'vq' }), two), [
      'vmac-incompatible R1 VMAC vq',
      'vmac-updating R1 VMAC vq',
      'vmac-updated R1 VMAC vq',
      'vmac-incompatible R2 VMAC vp',
      'vmac-replacing R2 VMAC vp',
      'interface-deleted vp',
      'vmac-created R2 VMAC vp',
    ]);
  });

  it('give way before another one gets their MAC address', () => {
    const { kernel, configure } = bench();
    configure(onVmac());
    kernel.took();
    assert.deepEqual(configure(onVmac({ name: 'foo' }, { name: 'R2' })), [
      'vmac-found R2 vrrp.51',
      'vmac-deleting-old R2 vrrp.51',
      'vmac-removed R2 vrrp.51',
      'interface-deleted vrrp.51',
      'vmac-created R2 VMAC foo',
    ]);
    assert.deepEqual(kernel.took().slice(0, 2), ['removeLink vrrp.51', 'addLink foo']);
  });

  it('wait for the interface below, and are made again when they are deleted', () => {
    const { kernel, own, lines, configure } = bench();
    configure(onVmac());
    const gone = kernel.linkByName('vrrp.51') as Link;
    kernel.table.delete('vrrp.51');
    own.take({ event: 'linkGone', link: gone });
    assert.deepEqual(lines.splice(0), ['vmac-created R1 VMAC vrrp.51']);
    const [vmac, eth0] = [kernel.linkByName('vrrp.51') as Link, kernel.linkByName('eth0') as Link];
    kernel.table.clear();
    own.take({ event: 'linkGone', link: vmac });
    own.take({ event: 'linkGone', link: eth0 });
    assert.deepEqual(lines, []);
    own.take({ event: 'link', link: kernel.device('eth0') });
    assert.deepEqual(lines, ['vmac-created R1 VMAC vrrp.51']);
  });
});

describe('the link-local address of an IPv6 VMAC', () => {
  const six = onVmac({}, { family: 6 });
  const onBase = (text: string): KernelAddress => ({
    ifindex: 10,
    family: 6,
    address: address(text),
    prefix: 64,
    scope: 253,
    flags: 0x80,
  });

  it('is that of the interface below, follows it, and is made from its MAC address without one', () => {
    const { kernel, own, configure } = bench();
    kernel.held = [onBase('fe80::1'), onBase('fe80::2')];
    configure(six);
    assert.deepEqual(kernel.took().at(-1), 'addAddress fe80::1 vrrp.51');
    const [first, second] = kernel.held;
    kernel.held = kernel.held.filter((one) => one !== first);
    own.take({ event: 'addressGone', address: first as KernelAddress });
    assert.deepEqual(kernel.took(), ['removeAddress fe80::1 vrrp.51', 'addAddress fe80::2 vrrp.51']);
    kernel.held = kernel.held.filter((one) => one !== second);
    own.take({ event: 'addressGone', address: second as KernelAddress });
    assert.deepEqual(kernel.took(), ['removeAddress fe80::2 vrrp.51', 'addAddress fe80::ff:fe00:1 vrrp.51']);
    const back = onBase('fe80::3');
    kernel.held.push(back);
    own.take({ event: 'address', address: back });
    assert.equal(kernel.took().at(-1), 'addAddress fe80::3 vrrp.51');
  });

  it('stays while the interface below is down, which takes its addresses', () => {
    const { kernel, own, configure } = bench();
    const local = onBase('fe80::1');
    kernel.held = [local];
    configure(six);
    kernel.took();
    kernel.device('eth0', { index: 10, up: false });
    kernel.held = kernel.held.filter((one) => one !== local);
    own.take({ event: 'addressGone', address: local });
    assert.deepEqual(kernel.took(), []);
  });

  it('comes back with the interface that the kernel took it from', () => {
    const { kernel, own, configure } = bench();
    kernel.held = [onBase('fe80::1')];
    configure(six);
    const vmac = kernel.linkByName('vrrp.51');
    assert.ok(vmac);
    const local = { ...onBase('fe80::1'), ifindex: vmac.index };
    kernel.took();
    kernel.held = kernel.held.filter(({ ifindex }) => ifindex !== vmac.index);
    kernel.table.set('vrrp.51', { ...vmac, flags: 0, up: false });
    own.take({ event: 'addressGone', address: local });
    assert.deepEqual(kernel.took(), []);
    kernel.table.set('vrrp.51', { ...vmac, flags: 1, up: true });
    own.take({ event: 'link', link: { ...vmac, flags: 1, up: true } });
    assert.deepEqual(kernel.took(), ['addAddress fe80::1 vrrp.51']);
  });

  it('is no VIP and none that duplicate address detection has yet to allow', () => {
    const { kernel, configure } = bench();
    kernel.held = [onBase('fe80::200'), { ...onBase('fe80::5'), flags: 0xc0 }, onBase('fe80::6')];
    configure(six);
    assert.equal(kernel.took().at(-1), 'addAddress fe80::6 vrrp.51');
  });

  it('is not needed where adverts leave from the interface below', () => {
    const { kernel, configure } = bench();
    kernel.held = [onBase('fe80::1')];
    configure({ ...six, transmitOnBase: true });
    assert.equal(kernel.took().at(-1), 'changeLink vrrp.51 up');
  });
});
