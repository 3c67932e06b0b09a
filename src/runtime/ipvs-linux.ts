/**
 * The Ipvs port on generic netlink. The socket is opened with the first question, which also makes the kernel
 * load the module; where there is none every answer is ENOENT, and the next one tries again.
 */
import { familyNumber, familyRequest } from '../netlink/genl.ts';
import {
  parseIpvsDaemon,
  parseIpvsDestination,
  parseIpvsInfo,
  parseIpvsService,
  parseIpvsTimeouts,
} from '../netlink/ipvs-read.ts';
import { IPVS_FAMILY_NAME, type IpvsQuestion, ipvsQuestion, writeIpvsOp } from '../netlink/ipvs-write.ts';
import type { Message } from '../netlink/message.ts';
import type { Ipvs, IpvsError, IpvsOp, IpvsResult } from '../ports/ipvs.ts';
import { fail, ok, type Result } from '../result.ts';
import { EAGAIN, EIO, ENOENT } from './errno.ts';
import { type Commands, createCommands } from './kernel-commands.ts';
import { type NetlinkSocket, openGenericSocket, openGenericSocketIn } from './netlink-socket.ts';

const bufferBytes = 1 << 20;
const dumpAttempts = 10;

export interface LinuxIpvs extends Ipvs {
  close(): void;
}

interface Connection {
  readonly socket: NetlinkSocket;
  readonly commands: Commands;
  /** The number of the protocol; another one after the module was unloaded and loaded again. */
  family: number;
}

function lookUp(commands: Commands): Result<number, IpvsError> {
  let family: number | undefined;
  const request = (seq: number): Uint8Array => familyRequest(IPVS_FAMILY_NAME, seq);
  const result = commands.dump(request, (message) => {
    family ??= familyNumber(message);
  });
  if (result < 0) return fail({ errno: -result, text: '' });
  return family === undefined ? fail({ errno: ENOENT, text: '' }) : ok(family);
}

/** IPVS of the network namespace of this path; without one, where this process is. */
export const createIpvsIn = (path: string | undefined): LinuxIpvs =>
  createIpvs(path === undefined ? openGenericSocket : (bytes) => openGenericSocketIn(path, bytes));

/** `open` is another one only in tests. */
export function createIpvs(open = openGenericSocket): LinuxIpvs {
  let connection: Connection | undefined;

  function connected(): Result<Connection, IpvsError> {
    if (connection !== undefined) return ok(connection);
    const socket = open(bufferBytes);
    if (!socket.ok) return fail({ errno: socket.error.errno, text: socket.error.call });
    const commands = createCommands(socket.value);
    const family = lookUp(commands);
    if (!family.ok) {
      socket.value.close();
      return family;
    }
    connection = { socket: socket.value, commands, family: family.value };
    return ok(connection);
  }

  /** True when what was refused as unknown was the protocol itself, which has another number now. */
  function renumbered(on: Connection): boolean {
    const family = lookUp(on.commands);
    if (!family.ok || family.value === on.family) return false;
    on.family = family.value;
    return true;
  }

  function send(on: Connection, ops: readonly IpvsOp[]): readonly IpvsResult[] {
    return on.commands.inBatches(ops, (writer, op, seq) => writeIpvsOp(writer, on.family, op, seq));
  }

  /** A dump of a table that changed meanwhile is repeated. */
  function ask<T>(
    question: IpvsQuestion,
    parse: (message: Message) => T | undefined,
  ): Result<readonly T[], IpvsError> {
    const ready = connected();
    if (!ready.ok) return ready;
    const on = ready.value;
    let entries: T[] = [];
    let result = -EAGAIN;
    for (let attempt = 0; attempt < dumpAttempts && result === -EAGAIN; attempt++) {
      entries = [];
      const request = (seq: number): Uint8Array => ipvsQuestion(on.family, question, seq);
      result = on.commands.dump(request, (message) => {
        const found = message.type === on.family ? parse(message) : undefined;
        if (found !== undefined) entries.push(found);
      });
      if (result === -ENOENT && renumbered(on)) result = -EAGAIN;
    }
    return result < 0 ? fail({ errno: -result, text: '' }) : ok(entries);
  }

  /** For questions whose answer is one message. */
  function askOne<T>(
    question: IpvsQuestion,
    parse: (message: Message) => T | undefined,
  ): Result<T, IpvsError> {
    const answers = ask(question, parse);
    if (!answers.ok) return answers;
    const [answer] = answers.value;
    return answer === undefined ? fail({ errno: EIO, text: 'no answer' }) : ok(answer);
  }

  return {
    info: () => askOne({ ask: 'info' }, parseIpvsInfo),
    apply(ops) {
      const ready = connected();
      if (!ready.ok) return ops.map((op) => ({ op, ...ready.error }));
      const answers = send(ready.value, ops);
      const unknown = answers.length > 0 && answers.every(({ errno }) => errno === ENOENT);
      return unknown && renumbered(ready.value) ? send(ready.value, ops) : answers;
    },
    services: () => ask({ ask: 'services' }, parseIpvsService),
    destinations: (service) =>
      ask({ ask: 'destinations', service }, (message) => parseIpvsDestination(message, service.family)),
    timeouts: () => askOne({ ask: 'timeouts' }, parseIpvsTimeouts),
    daemons: () => ask({ ask: 'daemons' }, parseIpvsDaemon),
    close() {
      connection?.socket.close();
      connection = undefined;
    },
  };
}
