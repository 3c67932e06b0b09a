import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { IpvsService, IpvsServiceId } from '../ports/ipvs.ts';
import { SimIpvs } from '../sim/ipvs.ts';
import { formatAddress, ipv4 } from '../wire/address.ts';
import type { IpvsGlobals, PoolServer, ServiceGroup, VirtualServerConfig } from './config.ts';
import { Pool } from './pool.ts';

const service = (port: number): IpvsService => ({
  id: { by: 'address', family: 4, protocol: 'tcp', address: ipv4('10.0.0.100'), port },
  scheduler: 'rr',
  schedulerFlags: [],
  onePacket: false,
});

const server = (last: number, inhibit: boolean): PoolServer => ({
  name: `S${last}`,
  address: ipv4(`10.0.1.${last}`),
  port: 80,
  forwarding: 'masquerade',
  weight: last,
  upperThreshold: 0,
  lowerThreshold: 0,
  inhibit,
});

const SERVERS = [1, 2, 3, 4, 5, 6].map((last) => server(last, last % 2 === 0));

/** A sequence that looks random and is the same every time (Lehmer). */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const GROUP: ServiceGroup = {
  name: 'G',
  addresses: ['[10.1.0.1]:tcp:80', '[10.1.0.5]:tcp:80-10.1.0.7'],
  marks: [9],
};

describe('books of virtual servers', () => {
  for (const sorry of [undefined, server(9, false), SERVERS[0]]) {
    it(`and the kernel agree whatever happens, ${sorry?.name ?? 'nothing'} to stand in`, () => {
      const ipvs = new SimIpvs();
      const quiet = { log: () => undefined, happened: () => undefined, quorum: () => undefined };
      const pool = new Pool<PoolServer, VirtualServerConfig>(ipvs, quiet);
      const config: VirtualServerConfig = {
        name: 'VS',
        services: [service(80), service(81)],
        quorum: 4,
        hysteresis: 1,
        realServers: SERVERS,
        ...(sorry === undefined ? {} : { sorry }),
      };
      const alive = new Set(SERVERS.map(({ name }) => name));
      const added = new Map<string, number>();
      let quorum = true;
      pool.start([config], { flush: false }, () => ({ alive: true, added: 0 }));
      const chance = chances(7);
      const weightOf = ({ name, weight }: PoolServer) => Math.max(0, weight + (added.get(name) ?? 0));
      for (let step = 0; step < 400; step++) {
        const one = SERVERS[Math.floor(chance() * SERVERS.length)] ?? server(1, false);
        if (chance() < 0.3) {
          added.set(one.name, Math.floor(chance() * 9) - 4);
          pool.setWeight('VS', one, added.get(one.name) ?? 0);
        } else {
          const up = chance() < 0.5;
          if (up) alive.add(one.name);
          else alive.delete(one.name);
          pool.setAlive('VS', one, up);
        }
        const live = SERVERS.filter(({ name }) => alive.has(name)).reduce((sum, s) => sum + weightOf(s), 0);
        if (!quorum && live >= 5) quorum = true;
        else if (quorum && (live === 0 || live < 3)) quorum = false;
        const standsIn = sorry !== undefined && !quorum;
        const wanted = new Map<string, number>();
        for (const real of SERVERS) {
          const serves = !standsIn && alive.has(real.name);
          if (serves || real.inhibit) wanted.set(formatAddress(real.address), serves ? weightOf(real) : 0);
        }
        if (standsIn && !wanted.has(formatAddress(sorry.address))) {
          wanted.set(formatAddress(sorry.address), sorry.weight);
        }
        for (const { id } of config.services)
          assert.deepEqual(tableOf(ipvs, id), [...wanted].sort(), `step ${step}`);
      }
    });
  }
});

function tableOf(ipvs: SimIpvs, id: IpvsServiceId): (readonly [string, number])[] {
  const found = ipvs.destinations(id);
  assert.ok(found.ok);
  return found.value
    .map(({ destination }) => [formatAddress(destination.id.address), destination.weight] as const)
    .sort();
}

describe('what virtual servers say', () => {
  const config = (name: string, more: Partial<VirtualServerConfig> = {}): VirtualServerConfig => ({
    name,
    services: [service(name.charCodeAt(0))],
    quorum: 1,
    hysteresis: 0,
    realServers: [server(1, false), server(2, false)],
    ...more,
  });
  function started(...configs: VirtualServerConfig[]) {
    const said: string[] = [];
    const pool = new Pool<PoolServer, VirtualServerConfig>(new SimIpvs(), {
      log: (id, args) => said.push([id, ...args].join(' ')),
      happened: (event, { name }, real) => said.push([event, name, real?.name ?? ''].join(' ').trimEnd()),
      quorum: () => undefined,
    });
    const begins = () => ({ alive: true, added: -9 });
    pool.start(configs, { flush: false }, begins);
    said.length = 0;
    const reload = (globals: IpvsGlobals, ...next: VirtualServerConfig[]) =>
      pool.reload(next, globals, begins);
    return { pool, said, reload };
  }

  it('is nothing of real servers when all of it is flushed, by a stop or by a reload', () => {
    for (const flushOnStop of ['all', 'VS'] as const) {
      const { pool, said, reload } = started(config('A'), config('B'));
      reload({ flush: false, flushOnStop }, config('A'));
      assert.deepEqual(said, ['ipvs-reinitializing', 'lvs-removing-virtual B']);
      said.length = 0;
      pool.stop(() => true, true);
      assert.deepEqual(said, []);
      pool.stop(() => true, false);
      assert.deepEqual(said.slice(0, 2), ['lvs-shutting-down S1 A', 'notify_down A S1']);
    }
  });

  it('is what a group has lost and won, addresses before marks', () => {
    const { said, reload } = started(config('A', { group: GROUP }));
    const addresses = ['[10.1.0.9]:tcp:80', '[10.1.0.1]:tcp:80'];
    reload({ flush: false }, config('A', { group: { name: 'G', addresses, marks: [8, 2] } }));
    assert.deepEqual(said, [
      'ipvs-reinitializing',
      'lvs-group-entry-gone [10.1.0.5]:tcp:80-10.1.0.7 G',
      'lvs-group-entry-gone 9 G',
      'lvs-group-entry-added [10.1.0.9]:tcp:80 G',
      'lvs-group-entry-added FWM 8 G',
      'lvs-group-entry-added FWM 2 G',
    ]);
  });

  it('is each of them when they are taken away one by one', () => {
    const { pool, said, reload } = started(config('A'), config('B', { group: GROUP }));
    reload({ flush: false }, config('A'));
    assert.deepEqual(said, [
      'ipvs-reinitializing',
      'lvs-removing-group G',
      'lvs-removing-service S1 B',
      'notify_down B S1',
      'lvs-removing-service S2 B',
      'notify_down B S2',
    ]);
    said.length = 0;
    pool.stop(() => true, true);
    assert.equal(said.length, 4);
  });

  it('has no weight that stays what it was for the kernel', () => {
    const { said, reload } = started(config('A'));
    const heavier = (weight: number) => ({ ...server(1, false), weight });
    reload({ flush: false }, config('A', { realServers: [heavier(5), server(2, false)] }));
    assert.deepEqual(said, ['ipvs-reinitializing']);
    reload({ flush: false }, config('A', { realServers: [heavier(12), server(2, false)] }));
    assert.ok(said.includes('lvs-changing-weight 0 3 active S1 A'), said.join('\n'));
  });
});
