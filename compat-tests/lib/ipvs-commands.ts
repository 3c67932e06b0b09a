/** The port of IPVS in a namespace of the laboratory: it does what ipvsadm would be told to do. */
import { isDeepStrictEqual } from 'node:util';
import { IPVS_COMMANDS, MARK_7, MARK_8 } from '../../src/netlink/testing/ipvs-commands.ts';
import type { Ipvs, IpvsOp, IpvsService } from '../../src/ports/ipvs.ts';
import { createIpvs } from '../../src/runtime/ipvs-linux.ts';
import { inNamespace } from '../../src/runtime/testing/namespace.ts';
import { unwrap } from '../../src/runtime/testing/unwrap.ts';

export { IPVS_COMMANDS };

const ENOENT = 2;
const ESRCH = 3;
const EEXIST = 17;

/** A row of requests some of which have to be refused, each with the errno that Linux has for it. */
function refusals(): readonly (readonly [op: IpvsOp, errno: number])[] {
  const mark9 = { by: 'mark', family: 4, mark: 9 } as const;
  const service: IpvsService = { id: mark9, scheduler: 'rr', schedulerFlags: [], onePacket: false };
  const id = { family: 4, address: Uint8Array.of(10, 0, 0, 250), port: 0 } as const;
  return [
    [{ op: 'addService', service: { ...service, id: MARK_7 } }, EEXIST],
    [{ op: 'addService', service }, 0],
    [{ op: 'changeService', service: { ...service, id: MARK_8 } }, ESRCH],
    [{ op: 'addService', service: { ...service, id: MARK_8, scheduler: 'nonesuch' } }, ENOENT],
    [{ op: 'removeDestination', service: mark9, destination: id }, ENOENT],
    [{ op: 'removeService', service: mark9 }, 0],
    [{ op: 'stopDaemon', role: 'master', syncId: 5 }, 0],
    [{ op: 'stopDaemon', role: 'master', syncId: 5 }, ESRCH],
  ];
}

/** What a service was added or changed with last, as long as it was not removed. */
function finalServices(): IpvsService[] {
  const services = new Map<string, IpvsService>();
  for (const [, op] of IPVS_COMMANDS) {
    if (op.op === 'addService' || op.op === 'changeService') {
      services.set(JSON.stringify(op.service.id), op.service);
    } else if (op.op === 'removeService') services.delete(JSON.stringify(op.service));
  }
  return [...services.values()];
}

function oddities(port: Ipvs): string[] {
  const odd: string[] = [];
  const expect = (what: string, got: unknown, wanted: unknown): void => {
    if (!isDeepStrictEqual(got, wanted)) odd.push(`${what}: ${JSON.stringify(got)}`);
  };
  const ops = IPVS_COMMANDS.map(([, op]) => op);
  for (const { op, errno } of port.apply(ops)) expect(op.op, errno, 0);
  const listed = unwrap(port.services()).map(({ service }) => service);
  for (const wanted of finalServices()) {
    const got = listed.find(({ id }) => isDeepStrictEqual(id, wanted.id));
    expect('service', got, wanted);
  }
  for (const [, op] of IPVS_COMMANDS.filter(([line]) => line.startsWith('-a') && line.includes('--tun'))) {
    if (op.op !== 'addDestination') continue;
    const found = unwrap(port.destinations(op.service)).map((entry) => entry.destination);
    const got = found.find(({ id }) => isDeepStrictEqual(id, op.destination.id));
    expect('destination', got, op.destination);
  }
  expect('timeouts', unwrap(port.timeouts()), { tcp: 900, tcpFin: 120, udp: 300 });
  expect('daemons', unwrap(port.daemons()).length, 2);
  const asked = refusals();
  const answers = port.apply(asked.map(([op]) => op)).map(({ errno }) => errno);
  expect(
    'answers',
    answers,
    asked.map(([, errno]) => errno),
  );
  return odd;
}

/** Returns what was not as it should be, as lines. */
export function playCommands(ns: string): string[] {
  const port = createIpvs();
  try {
    return inNamespace(ns, () => oddities(port));
  } finally {
    port.close();
  }
}
