import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Ipvs, IpvsDaemon, IpvsOp } from '../ports/ipvs.ts';
import type { Link } from '../ports/kernel.ts';
import { SimIpvs } from '../sim/ipvs.ts';
import type { StateName } from './events.ts';
import { type SyncDaemonConfig, SyncDaemonKeeper } from './sync-daemon.ts';

const LINK: Link = {
  index: 3,
  name: 'eth1',
  up: true,
  flags: 0,
  loopback: false,
  multicast: true,
  mtu: 1500,
  mac: new Uint8Array(6),
  type: 1,
  kind: '',
  lowerIndex: 0,
  masterIndex: 0,
};
const CONFIG: SyncDaemonConfig = { instance: 'VI', daemon: { interface: 'eth1', syncId: 51 } };

/** A keeper over a simulated kernel, and what it asked of it. */
function bench(left: readonly IpvsDaemon[] = []) {
  let state: StateName | undefined = 'INIT';
  const interfaces = new Set(['eth1']);
  const kernel = new SimIpvs((name) => interfaces.has(name));
  for (const daemon of left) kernel.apply([{ op: 'startDaemon', daemon }]);
  const asked: string[] = [];
  const log: string[] = [];
  const note = (op: IpvsOp): string =>
    op.op === 'startDaemon' ? `start ${op.daemon.role}` : op.op === 'stopDaemon' ? `stop ${op.role}` : op.op;
  const port: Ipvs = {
    info: () => kernel.info(),
    services: () => kernel.services(),
    destinations: (id) => kernel.destinations(id),
    timeouts: () => kernel.timeouts(),
    daemons: () => kernel.daemons(),
    apply(ops) {
      asked.push(...ops.map(note));
      return kernel.apply(ops);
    },
  };
  const facts = { state: (name: string) => (name === 'VI' ? state : undefined), linkName: () => 'eth1' };
  const keeper = new SyncDaemonKeeper(port, facts, (id, args) => void log.push([id, ...args].join(' ')));
  return {
    kernel,
    keeper,
    interfaces,
    configure: (config: SyncDaemonConfig | undefined) => keeper.configure(config, [{ name: 'VI' }]),
    become(next: StateName) {
      state = next;
      keeper.settle();
    },
    /** What was asked and logged since the last time. */
    news: () => [...log.splice(0), ...asked.splice(0)],
  };
}

describe('the synchronisation daemon of IPVS', () => {
  it('follows its instance from the start to the end', () => {
    const { keeper, configure, become, news } = bench();
    configure(CONFIG);
    become('FAULT');
    assert.deepEqual(news(), ['ipvs-initializing']);
    keeper.begin();
    assert.deepEqual(news(), ['start backup']);
    become('BACKUP');
    assert.deepEqual(news(), []);
    become('MASTER');
    assert.deepEqual(news(), ['stop backup', 'start master']);
    become('FAULT');
    assert.deepEqual(news(), ['stop master', 'start backup']);
    become('STOP');
    assert.deepEqual(news(), ['stop backup']);
  });

  it('takes over what a process before this one left, if it is what is wanted', () => {
    const left = { ...CONFIG.daemon, role: 'master', port: 8848, ttl: 1, maxLength: 1472 } as const;
    const { keeper, configure, become, news } = bench([left]);
    configure(CONFIG);
    become('MASTER');
    keeper.begin();
    assert.deepEqual(news(), ['ipvs-initializing']);
    become('BACKUP');
    assert.deepEqual(news(), ['stop master', 'start backup']);
  });

  it('replaces what was left with other settings', () => {
    const { keeper, configure, become, news } = bench([{ ...CONFIG.daemon, role: 'master', ttl: 9 }]);
    configure(CONFIG);
    become('MASTER');
    keeper.begin();
    assert.deepEqual(news(), ['ipvs-initializing', 'stop master', 'start master']);
  });

  it('leaves the daemon of somebody else alone', () => {
    const stranger: IpvsDaemon = { role: 'backup', interface: 'eth1', syncId: 1 };
    const { kernel, keeper, configure, news } = bench([stranger]);
    configure(CONFIG);
    keeper.begin();
    assert.deepEqual(news(), ['ipvs-initializing', 'ipvs-refused startDaemon 17', 'start backup']);
    assert.deepEqual(kernel.daemons(), { ok: true, value: [stranger] });
  });

  it('is touched by a reload only when something about it changes', () => {
    const { keeper, configure, become, news } = bench();
    configure(CONFIG);
    keeper.begin();
    become('MASTER');
    news();
    configure({ ...CONFIG });
    keeper.settle();
    assert.deepEqual(news(), ['ipvs-reinitializing']);
    configure({ ...CONFIG, daemon: { ...CONFIG.daemon, ttl: 2 } });
    keeper.settle();
    assert.deepEqual(news(), ['ipvs-reinitializing', 'stop master', 'start master']);
    configure(undefined);
    keeper.settle();
    assert.deepEqual(news(), ['stop master']);
    configure({ ...CONFIG, instance: 'XX' });
    keeper.settle();
    assert.deepEqual(news(), ['ipvs-reinitializing', 'sync-daemon-no-instance XX']);
  });

  it('does without where the kernel has no IPVS', () => {
    const { kernel, keeper, configure, become, news } = bench();
    kernel.present = false;
    configure(CONFIG);
    keeper.begin();
    become('MASTER');
    assert.deepEqual(news(), ['ipvs-initializing', 'ipvs-unavailable 2', 'sync-daemon-off eth1']);
  });

  it('says once why it cannot run, and tries again when its interface comes', () => {
    const { interfaces, keeper, configure, become, news } = bench();
    interfaces.clear();
    configure(CONFIG);
    keeper.begin();
    assert.deepEqual(news(), ['ipvs-initializing', 'ipvs-refused startDaemon 19', 'start backup']);
    become('BACKUP');
    keeper.take({ event: 'link', link: { ...LINK, name: 'eth0' } });
    assert.deepEqual(news(), []);
    keeper.take({ event: 'link', link: LINK });
    assert.deepEqual(news(), ['start backup']);
    interfaces.add('eth1');
    keeper.take({ event: 'link', link: LINK });
    keeper.take({ event: 'link', link: LINK });
    assert.deepEqual(news(), ['start backup']);
    become('MASTER');
    assert.deepEqual(news(), ['stop backup', 'start master']);
  });
});
