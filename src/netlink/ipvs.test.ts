import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type {
  IpvsDaemon,
  IpvsDestination,
  IpvsOp,
  IpvsService,
  IpvsServiceId,
  IpvsTunnel,
} from '../ports/ipvs.ts';
import { formatAddress } from '../wire/address.ts';
import { familyNumber, familyRequest, GENL_ID_CTRL, generalHeaderLength } from './genl.ts';
import {
  IPVS_CMD_ATTR_DEST,
  IPVS_DEST_ATTR_TUN_FLAGS,
  IPVS_DEST_ATTR_TUN_PORT,
  IPVS_DEST_ATTR_TUN_TYPE,
} from './ipvs-constants.ts';
import {
  parseIpvsDaemon,
  parseIpvsDestination,
  parseIpvsInfo,
  parseIpvsService,
  parseIpvsTimeouts,
} from './ipvs-read.ts';
import { type IpvsQuestion, ipvsQuestion, writeIpvsOp } from './ipvs-write.ts';
import { attributes, headerLength, type Message, messages } from './message.ts';
import { DNS, HTTP, IPVS_COMMANDS, MARK_7, MARK_8, SIP } from './testing/ipvs-commands.ts';
import { fromHex, recordings, requestOf, toHex } from './testing/ipvs-recordings.ts';
import { written } from './testing/packets.ts';

const FAMILY = 0x1c;

const payloadOf = (op: IpvsOp): string =>
  toHex(written((writer) => writeIpvsOp(writer, FAMILY, op, 1)).subarray(headerLength));

const received = (payload: Uint8Array): Message => ({ type: FAMILY, flags: 0, seq: 1, port: 0, payload });

const answersTo = (command: string): Message[] =>
  (recordings.answers[`ipvsadm ${command}`] ?? []).map((hex) => received(fromHex(hex)));

describe('requests to IPVS are those of ipvsadm', () => {
  /** The attributes of the destination; ipvsadm also writes out that there is no tunnel. */
  const partOf = (payload: Uint8Array): Record<string, string> => {
    const nested = attributes(payload, generalHeaderLength).get(IPVS_CMD_ATTR_DEST) ?? new Uint8Array();
    const tunnel = [IPVS_DEST_ATTR_TUN_TYPE, IPVS_DEST_ATTR_TUN_PORT, IPVS_DEST_ATTR_TUN_FLAGS];
    return Object.fromEntries(
      [...attributes(nested)].flatMap(([type, value]) =>
        tunnel.includes(type) && value.every((byte) => byte === 0) ? [] : [[type, toHex(value)]],
      ),
    );
  };

  const names = (op: IpvsOp): boolean => op.op.endsWith('Destination') || op.op.startsWith('remove');
  const isDestination = ({ op }: IpvsOp): boolean => op === 'addDestination' || op === 'changeDestination';

  for (const [command, op] of IPVS_COMMANDS.filter(([, op]) => !names(op) && op.op !== 'zero')) {
    it(command, () => assert.equal(payloadOf(op), requestOf(command)));
  }

  // Where a service is only named, ipvsadm sends its defaults as well, of which the kernel takes no notice.
  for (const [command, op] of IPVS_COMMANDS.filter(([, op]) => isDestination(op))) {
    it(command, () => {
      const ours = fromHex(payloadOf(op));
      const theirs = fromHex(requestOf(command));
      assert.equal(ours[0], theirs[0]);
      assert.deepEqual(partOf(ours), partOf(theirs));
    });
  }

  it('and its questions', () => {
    const asked: readonly IpvsQuestion[] = [
      { ask: 'info' },
      { ask: 'services' },
      { ask: 'daemons' },
      { ask: 'timeouts' },
      { ask: 'destinations', service: HTTP },
      { ask: 'destinations', service: SIP },
      { ask: 'destinations', service: DNS },
      { ask: 'destinations', service: MARK_7 },
      { ask: 'destinations', service: MARK_8 },
    ];
    const ours = asked.map((question) => toHex(ipvsQuestion(FAMILY, question, 1).subarray(headerLength)));
    assert.deepEqual(ours.sort(), recordings.questions.map(({ payload }) => payload).sort());
  });

  it('and those of keepalived 2.2.7 for its daemons', () => {
    const daemon: IpvsDaemon = { role: 'backup', interface: 'eth1', syncId: 51 };
    const ops: readonly IpvsOp[] = [
      { op: 'startDaemon', daemon },
      { op: 'stopDaemon', role: 'backup', syncId: 51 },
      { op: 'startDaemon', daemon: { ...daemon, role: 'master' } },
      { op: 'stopDaemon', role: 'master', syncId: 51 },
      { op: 'startDaemon', daemon: { ...daemon, interface: 'eth7', maxLength: 999 } },
    ];
    for (const op of ops) assert.ok(recordings.keepalived.includes(payloadOf(op)), JSON.stringify(op));
  });
});

describe('answers of IPVS', () => {
  it('tell the number of the protocol', () => {
    const [request] = messages(familyRequest('IPVS', 1));
    assert.equal(toHex(request?.payload ?? new Uint8Array()), recordings.family.request);
    const answer = { ...received(fromHex(recordings.family.answer)), type: GENL_ID_CTRL };
    assert.equal(familyNumber(answer), 0x1c);
    assert.equal(familyNumber({ ...answer, type: 2 }), undefined);
  });

  it('tell services, their settings and what went through them', () => {
    const found = answersTo('-Ln --stats --exact').flatMap((message) => parseIpvsService(message) ?? []);
    const lines = found.map(({ service: { id, ...rest } }) => ({
      id: id.by === 'mark' ? `mark ${id.mark}` : `${id.protocol} ${formatAddress(id.address)} ${id.port}`,
      ...rest,
    }));
    assert.deepEqual(lines, [
      {
        id: 'tcp 10.0.0.100 80',
        scheduler: 'sh',
        schedulerFlags: [1, 2],
        persistence: { timeoutSeconds: 120, prefixLength: 24 },
        onePacket: false,
      },
      { id: 'udp 10.0.0.100 53', scheduler: 'wlc', schedulerFlags: [], onePacket: true },
      {
        id: 'udp fd00::100 5060',
        scheduler: 'wrr',
        schedulerFlags: [],
        persistence: { timeoutSeconds: 60, prefixLength: 64, engine: 'sip' },
        onePacket: false,
      },
      { id: 'mark 7', scheduler: 'rr', schedulerFlags: [], onePacket: false },
    ]);
    const { connections, packetsIn, packetsOut, bytesIn } = found[1]?.statistics ?? {};
    assert.deepEqual([connections, packetsIn, packetsOut, bytesIn], [7n, 7n, 0n, 917n]);
  });

  it('tell destinations, their tunnels and limits', () => {
    const found = answersTo('-Ln --stats --exact').flatMap(
      (message) => parseIpvsDestination(message, 4) ?? [],
    );
    const lines = found.map(({ destination: { id, ...rest }, statistics: { bytesIn } }) => ({
      id: `${formatAddress(id.address)} ${id.port}`,
      ...rest,
      bytesIn,
    }));
    const usual = { upperThreshold: 0, lowerThreshold: 0, bytesIn: 0n };
    const gue: IpvsTunnel = { type: 'gue', port: 6080, checksum: 'remote' };
    const tunnel = { forwarding: 'tunnel', weight: 1, ...usual } as const;
    assert.deepEqual(lines, [
      { id: '10.0.0.206 80', forwarding: 'route', weight: 0, ...usual },
      { id: '10.0.0.205 80', ...tunnel },
      { id: '10.0.0.204 80', ...tunnel, tunnel: { type: 'gre', checksum: 'plain' } },
      { id: '10.0.0.203 80', ...tunnel, tunnel: gue },
      {
        id: '127.0.0.1 9',
        forwarding: 'masquerade',
        weight: 5,
        upperThreshold: 100,
        lowerThreshold: 50,
        bytesIn: 917n,
      },
      { id: 'fd00::201 5060', forwarding: 'route', weight: 3, ...usual },
      { id: '10.0.0.207 0', forwarding: 'route', weight: 2, ...usual },
    ]);
  });

  it('tell daemons', () => {
    const found = answersTo('-l --daemon').flatMap((message) => parseIpvsDaemon(message) ?? []);
    const lines = found.map(({ group = new Uint8Array(), ...rest }) => ({
      ...rest,
      group: formatAddress(group),
    }));
    const common = { interface: 'd0', syncId: 5 };
    assert.deepEqual(lines, [
      { role: 'master', ...common, maxLength: 1452, group: 'ff02::99', port: 8848, ttl: 1 },
      // The kernel has a backup take no less than 1024 bytes.
      { role: 'backup', ...common, maxLength: 1024, group: '224.0.0.99', port: 9000, ttl: 3 },
    ]);
  });

  it('tell timeouts and version', () => {
    const answers = answersTo('-l --timeout');
    const timeouts = answers.flatMap((message) => parseIpvsTimeouts(message) ?? []);
    assert.deepEqual(timeouts, [{ tcp: 900, tcpFin: 120, udp: 300 }]);
    const info = answers.flatMap((message) => parseIpvsInfo(message) ?? []);
    assert.deepEqual(info, [{ version: [1, 2, 1], connectionTableSize: 4096 }]);
  });
});

const families = fc.constantFrom(4 as const, 6 as const);
const addressOf = (family: 4 | 6) => {
  const length = family === 4 ? 4 : 16;
  return fc.uint8Array({ minLength: length, maxLength: length });
};
const port = fc.integer({ min: 0, max: 0xffff });
const word = fc.integer({ min: 0, max: 0xffff_ffff });
const name = fc.stringMatching(/^[a-z]{1,15}$/);

const serviceIds: fc.Arbitrary<IpvsServiceId> = families.chain((family) =>
  fc.oneof(
    fc.record({
      by: fc.constant('mark' as const),
      family: fc.constant(family),
      mark: fc.integer({ min: 1 }),
    }),
    fc.record({
      by: fc.constant('address' as const),
      family: fc.constant(family),
      protocol: fc.constantFrom('tcp' as const, 'udp' as const, 'sctp' as const),
      address: addressOf(family),
      port,
    }),
  ),
);

const services: fc.Arbitrary<IpvsService> = serviceIds.chain((id) =>
  fc.record(
    {
      id: fc.constant(id),
      scheduler: name,
      schedulerFlags: fc.subarray([1, 2, 3] as const),
      onePacket: fc.boolean(),
      persistence: fc.record(
        {
          timeoutSeconds: word,
          prefixLength: fc.integer({ min: 0, max: id.family === 4 ? 32 : 128 }),
          engine: name,
        },
        { requiredKeys: ['timeoutSeconds', 'prefixLength'] },
      ),
    },
    { requiredKeys: ['id', 'scheduler', 'schedulerFlags', 'onePacket'] },
  ),
) as fc.Arbitrary<IpvsService>;

const checksum = fc.constantFrom('none' as const, 'plain' as const, 'remote' as const);
const tunnels: fc.Arbitrary<Pick<IpvsDestination, 'forwarding' | 'tunnel'>> = fc.oneof(
  fc.record({
    forwarding: fc.constantFrom(
      'masquerade' as const,
      'local' as const,
      'route' as const,
      'bypass' as const,
      'tunnel' as const,
    ),
  }),
  fc.record({
    forwarding: fc.constant('tunnel' as const),
    tunnel: fc.oneof(
      fc.record({ type: fc.constant('gue' as const), port, checksum }),
      fc.record({ type: fc.constant('gre' as const), checksum }),
    ),
  }),
);

const destinations: fc.Arbitrary<IpvsDestination> = fc
  .tuple(
    families.chain((family) => fc.record({ family: fc.constant(family), address: addressOf(family), port })),
    fc.record({ weight: word, upperThreshold: word, lowerThreshold: word }),
    tunnels,
  )
  .map(([id, numbers, forwarding]) => ({ id, ...numbers, ...forwarding }));

const daemons: fc.Arbitrary<IpvsDaemon> = fc.record(
  {
    role: fc.constantFrom('master' as const, 'backup' as const),
    interface: name,
    syncId: fc.integer({ min: 0, max: 255 }),
    maxLength: port,
    group: families.chain(addressOf),
    port,
    ttl: fc.integer({ min: 0, max: 255 }),
  },
  { requiredKeys: ['role', 'interface', 'syncId'] },
) as fc.Arbitrary<IpvsDaemon>;

/** With the usual prototype, which the generated records lack. */
const ordinary = <T>(value: T): T => structuredClone(value);

/** What the kernel tells of an entry has the shape of the request that made it. */
function echoed(op: IpvsOp): Message {
  const [first] = messages(written((writer) => writeIpvsOp(writer, FAMILY, op, 1)));
  assert.ok(first !== undefined);
  return first;
}

describe('what is written to IPVS and read back', () => {
  it('is the same service', () => {
    fc.assert(
      fc.property(services, (service) => {
        assert.deepEqual(parseIpvsService(echoed({ op: 'addService', service }))?.service, ordinary(service));
      }),
    );
  });

  it('is the same destination', () => {
    fc.assert(
      fc.property(serviceIds, destinations, (service, wanted) => {
        const message = echoed({ op: 'addDestination', service, destination: wanted });
        assert.deepEqual(parseIpvsDestination(message, service.family)?.destination, ordinary(wanted));
      }),
    );
  });

  it('is the same daemon', () => {
    fc.assert(
      fc.property(daemons, (daemon) => {
        assert.deepEqual(parseIpvsDaemon(echoed({ op: 'startDaemon', daemon })), ordinary(daemon));
      }),
    );
  });

  it('can be any bytes without harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), families, (payload, family) => {
        const message = received(payload);
        parseIpvsService(message);
        parseIpvsDestination(message, family);
        parseIpvsDaemon(message);
        parseIpvsTimeouts(message);
        parseIpvsInfo(message);
        familyNumber({ ...message, type: GENL_ID_CTRL });
      }),
    );
  });
});
