import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConnectOutcome, ConnectSpec } from '../ports/connect.ts';
import type { IpvsServiceId } from '../ports/ipvs.ts';
import { SimBfd } from '../sim/bfd.ts';
import { SimIpvs } from '../sim/ipvs.ts';
import { SimFiles } from '../sim/tracked.ts';
import { Process, World } from '../sim/world.ts';
import type { TrackedFileConfig } from '../track/file-tracker.ts';
import { seconds, us } from '../units.ts';
import { formatAddress, ipv4 } from '../wire/address.ts';
import type { CheckedServer, CheckedVirtualServer } from './config.ts';
import { HealthHost } from './host.ts';
import { unusedPorts } from './testing/ports.ts';

const id: IpvsServiceId = {
  by: 'address',
  family: 4,
  protocol: 'tcp',
  address: ipv4('10.0.0.100'),
  port: 80,
};

const SETTINGS = { alpha: false, connectTimeoutUs: seconds(5), delayLoopUs: seconds(10) };
const TEXT = {
  head: 'VIP = 10.0.0.100, VPORT = 80',
  family: 4,
  flags: [],
  protocol: 'TCP',
  inhibit: false,
  method: { forwarding: 'masquerade' },
} as const;

function server(address: string, more: Partial<CheckedServer> = {}, alpha = false): CheckedServer {
  const timing = {
    delayLoopUs: seconds(10),
    warmupUs: seconds(0),
    retry: 1,
    delayBeforeRetryUs: seconds(2),
    logAllFailures: false,
  };
  const connect = { address: ipv4(address), port: 80, mark: 0, timeoutUs: seconds(5) };
  return {
    name: address,
    address: ipv4(address),
    port: 80,
    forwarding: 'masquerade',
    weight: 1,
    upperThreshold: 0,
    lowerThreshold: 0,
    inhibit: false,
    smtpAlert: false,
    settings: SETTINGS,
    checks: [{ type: 'TCP_CHECK', timing, alpha, connect }],
    commands: {},
    ...more,
  };
}

const sorry = { ...server('10.0.0.9'), checks: [] };

const virtual = (
  realServers: CheckedServer[],
  more: Partial<CheckedVirtualServer> = {},
): CheckedVirtualServer => ({
  name: 'VS',
  services: [{ id, scheduler: 'rr', schedulerFlags: [], onePacket: false }],
  quorum: 1,
  hysteresis: 0,
  smtpAlert: false,
  suspends: false,
  settings: SETTINGS,
  text: TEXT,
  realServers,
  commands: {},
  omega: false,
  ...more,
});

/** A checker process whose real servers answer or not as the test says. */
class Played {
  readonly world = new World();
  readonly ipvs = new SimIpvs();
  readonly files = new SimFiles();
  readonly bfd = new SimBfd();
  trackFiles: readonly TrackedFileConfig[] = [];
  readonly down = new Set<string>();
  readonly events: string[] = [];
  readonly logged: string[] = [];
  readonly mailed: string[] = [];
  /** Addresses of this host. */
  readonly here = new Set<string>();
  moved: ((address: Uint8Array, here: boolean) => void) | undefined;
  readonly addresses = {
    watch: (changed: (address: Uint8Array, here: boolean) => void) => {
      this.moved = changed;
      return true;
    },
    has: (address: Uint8Array) => this.here.has(formatAddress(address)),
  };
  readonly host: HealthHost;

  constructor(...virtualServers: CheckedVirtualServer[]) {
    const clock = new Process(this.world);
    const connect = (spec: ConnectSpec, done: (outcome: ConnectOutcome) => void) => {
      const dead = this.down.has(formatAddress(spec.address));
      const unbound = spec.source !== undefined;
      this.world.at(us(this.world.nowUs), () =>
        done(
          unbound
            ? { outcome: 'failed', call: 'bind', errno: 99 }
            : dead
              ? { outcome: 'refused', errno: 111 }
              : { outcome: 'connected' },
        ),
      );
      return { cancel: () => undefined };
    };
    this.host = new HealthHost(
      {
        ...unusedPorts,
        clock,
        connector: { connect },
        ipvs: this.ipvs,
        files: this.files,
        bfd: this.bfd,
        addresses: this.addresses,
      },
      {
        log: (text) => this.logged.push(text),
        quorum: (_virtual, { up, weight }) => this.mailed.push(`quorum ${up} ${weight}`),
        checked: (_virtual, real, { up, changed }, why) =>
          this.mailed.push(`${real.name} ${up} ${changed} ${why}`),
        happened: (event, _virtual, real) => this.events.push(`${event} ${real?.name ?? ''}`.trim()),
      },
    );
    this.configure(...virtualServers);
  }

  configure(...virtualServers: CheckedVirtualServer[]): void {
    this.host.configure({
      virtualServers,
      ipvs: { flush: false },
      files: this.trackFiles,
      bfds: ['B'],
      tellsBeginnings: this.tellsBeginnings,
    });
  }

  protected get tellsBeginnings(): boolean {
    return false;
  }

  until(atSeconds: number): void {
    this.world.run(seconds(atSeconds));
  }

  get table(): string[] {
    const found = this.ipvs.destinations(id);
    assert.ok(found.ok);
    return found.value
      .map(({ destination }) => `${formatAddress(destination.id.address)} ${destination.weight}`)
      .sort();
  }
}

class Telling extends Played {
  protected override get tellsBeginnings(): boolean {
    return true;
  }
}

describe('checker process', () => {
  it('has real servers in the table before anything was checked, those with alpha after it', () => {
    const played = new Played(virtual([server('10.0.0.1'), server('10.0.0.2', {}, true)]));
    assert.deepEqual(played.table, ['10.0.0.1 1']);
    played.until(2);
    assert.deepEqual(played.table, ['10.0.0.1 1', '10.0.0.2 1']);
  });

  it('takes a server out when its retries are used up, to the microsecond', () => {
    const played = new Played(virtual([server('10.0.0.1'), server('10.0.0.2')]));
    played.until(5);
    played.down.add('10.0.0.2');
    // Probes at 1 s and 11 s, the retry 2 s later.
    played.until(12.999999);
    assert.equal(played.table.length, 2);
    played.until(13);
    assert.deepEqual(played.table, ['10.0.0.1 1']);
    assert.deepEqual(played.events, ['quorum_up', 'notify_down 10.0.0.2']);
  });

  it('hands over to the sorry server and back; an inhibited server stays at weight 0', () => {
    const servers = [server('10.0.0.1'), server('10.0.0.2', { inhibit: true })];
    const played = new Played(virtual(servers, { quorum: 2, sorry }));
    played.down.add('10.0.0.1');
    played.until(5);
    assert.deepEqual(played.table, ['10.0.0.2 0', '10.0.0.9 1']);
    played.down.clear();
    played.until(12);
    assert.deepEqual(played.table, ['10.0.0.1 1', '10.0.0.2 1']);
    assert.deepEqual(played.events.slice(1), [
      'notify_down 10.0.0.1',
      'quorum_down',
      'notify_up 10.0.0.1',
      'quorum_up',
    ]);
  });

  it('keeps what has failed out over a reload, and a server that is added behind the sorry server', () => {
    const played = new Played(virtual([server('10.0.0.1')], { sorry }));
    played.down.add('10.0.0.1');
    played.until(2);
    played.configure(virtual([server('10.0.0.1'), server('10.0.0.2')], { quorum: 2, sorry }));
    assert.deepEqual(played.table, ['10.0.0.9 1']);
    played.configure(virtual([server('10.0.0.1')], { sorry }));
    assert.deepEqual(played.table, ['10.0.0.9 1']);
    assert.deepEqual(played.events.slice(-1), ['notify_down 10.0.0.2']);
  });

  it('leaves what others put into the kernel, and without release its own as well', () => {
    const own = virtual([server('10.0.0.1')]);
    const kept = new Played(own);
    kept.host.stop(false);
    assert.deepEqual(kept.table, ['10.0.0.1 1']);
    const left = new Played(own);
    const other = { ...id, port: 81 };
    left.ipvs.apply([
      { op: 'addService', service: { id: other, scheduler: 'rr', schedulerFlags: [], onePacket: false } },
    ]);
    left.host.stop(true);
    const services = left.ipvs.services();
    assert.deepEqual(services.ok && services.value.map(({ service }) => service.id), [other]);
  });

  it('says once that the kernel has no IPVS, and keeps checking', () => {
    const played = new Played();
    played.ipvs.present = false;
    played.configure(virtual([server('10.0.0.1')]));
    played.down.add('10.0.0.1');
    played.until(20);
    assert.equal(played.logged.filter((text) => text === 'ipvs-unavailable').length, 1);
    assert.ok(!played.logged.includes('ipvs-refused'));
    assert.ok(played.events.includes('notify_down 10.0.0.1'));
  });

  it('follows files and BFD sessions, which change weights and take servers out', () => {
    const heavy = { type: 'FILE_CHECK', file: 'F', weight: 2, reverse: false } as const;
    const fatal = { type: 'FILE_CHECK', file: 'F', weight: 0, reverse: true } as const;
    const session = { type: 'BFD_CHECK', session: 'B', alpha: false } as const;
    const played = new Played();
    played.files.write('/f', '3');
    played.trackFiles = [{ name: 'F', path: '/f' }];
    played.configure(
      virtual([
        server('10.0.0.1', { checks: [heavy] }),
        server('10.0.0.2', { checks: [fatal] }),
        server('10.0.0.3', { checks: [session] }),
      ]),
    );
    assert.deepEqual(played.table, ['10.0.0.1 7', '10.0.0.2 1', '10.0.0.3 1']);
    played.files.write('/f', '0');
    played.bfd.set('B', false);
    assert.deepEqual(played.table, ['10.0.0.1 1']);
    played.files.write('/f', '-9');
    played.bfd.set('B', true);
    assert.deepEqual(played.table, ['10.0.0.1 0', '10.0.0.2 1', '10.0.0.3 1']);
  });

  it('checks a server that may be suspended only while its address is here', () => {
    const played = new Played(virtual([server('10.0.0.1')], { suspends: true }));
    played.down.add('10.0.0.1');
    played.until(30);
    assert.deepEqual(played.table, ['10.0.0.1 1']);
    const move = (here: boolean): void => {
      if (here) played.here.add('10.0.0.100');
      else played.here.delete('10.0.0.100');
      played.moved?.(ipv4('10.0.0.100'), here);
    };
    move(true);
    played.until(32);
    assert.deepEqual(played.table, []);
    move(false);
    played.down.clear();
    played.until(60);
    assert.deepEqual(played.table, []);
    move(true);
    played.until(62);
    assert.deepEqual(played.table, ['10.0.0.1 1']);
    const said = played.logged.filter((id) => id.endsWith('-checker') && !id.includes('bfd'));
    assert.deepEqual(said, [
      'deactivating-checker',
      'activating-checker',
      'suspending-checker',
      'activating-checker',
    ]);
  });

  it('tells changes and quorums to those who get mail', () => {
    const told = new Played(virtual([server('10.0.0.1')]));
    told.down.add('10.0.0.1');
    told.until(3);
    assert.deepEqual(told.mailed, [
      'quorum true 1',
      '10.0.0.1 false true TCP CHECK failed on service',
      'quorum false 0',
    ]);
  });

  it('writes of the server rather than of the check that has changed its mind', () => {
    const [check] = server('10.0.0.1').checks;
    const [other] = server('10.0.0.3').checks;
    assert.ok(check !== undefined && other !== undefined);
    const told = new Played(virtual([server('10.0.0.1', { checks: [check, other] })]));
    told.down.add('10.0.0.1').add('10.0.0.3');
    told.until(3);
    told.down.delete('10.0.0.3');
    told.until(25);
    told.down.clear();
    told.until(50);
    assert.deepEqual(
      told.mailed.filter((line) => !line.startsWith('quorum')).map((line) => line.slice(0, 19)),
      ['10.0.0.1 false true', '10.0.0.1 false fals', '10.0.0.1 false fals', '10.0.0.1 true true '],
    );
  });

  it('tells at the start of servers that are up, and of those with alpha once they have failed', () => {
    const alphas = ['10.0.0.2', '10.0.0.3'].map((address) => server(address, {}, true));
    const session = { type: 'BFD_CHECK', session: 'B', alpha: true } as const;
    const watched = server('10.0.0.4', { checks: [session] });
    const told = new Telling(virtual([server('10.0.0.1'), ...alphas, watched]));
    assert.deepEqual(told.events, ['quorum_up', 'notify_up 10.0.0.1']);
    told.down.add('10.0.0.2');
    told.bfd.set('B', false);
    told.until(30);
    assert.deepEqual(told.events.slice(2).sort(), [
      'notify_down 10.0.0.2',
      'notify_down 10.0.0.4',
      'notify_up 10.0.0.3',
    ]);
  });

  it('keeps a server out that waits for a check which cannot run', () => {
    const played = new Played(virtual([server('10.0.0.1'), server('10.0.0.2', { lostChecks: 1 })]));
    played.until(30);
    assert.deepEqual(played.table, ['10.0.0.1 1']);
  });

  it('reaches no verdict without a socket', () => {
    const [check] = server('10.0.0.1').checks;
    assert.ok(check?.type === 'TCP_CHECK');
    const connect = { ...check.connect, source: ipv4('192.0.2.1') };
    const played = new Played(
      virtual([server('10.0.0.1', { checks: [{ ...check, connect }] }), server('10.0.0.2')]),
    );
    played.until(30);
    assert.deepEqual(played.table, ['10.0.0.1 1', '10.0.0.2 1']);
    assert.deepEqual(
      played.logged.filter((id) => id === 'check-not-bound' || id === 'tcp-comes-back').slice(0, 2),
      ['check-not-bound', 'tcp-comes-back'],
    );
  });
});
