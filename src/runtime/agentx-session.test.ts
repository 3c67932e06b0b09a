import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Change, SnmpObjects } from '../ports/snmp.ts';
import { AgentxSession, agentAddress } from './agentx-session.ts';

const folder = mkdtempSync(join(tmpdir(), 'agentx-'));
after(() => rmSync(folder, { recursive: true }));

const WAIT_MS = 5_000;

async function until(what: () => boolean): Promise<void> {
  const end = Date.now() + WAIT_MS;
  while (!what()) {
    assert.ok(Date.now() < end, 'waited too long');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** An agent that answers every open and registration, and takes down what comes. */
class Agent {
  readonly types: number[] = [];
  readonly last: Buffer[] = [];
  readonly #server: Server;
  #socket: Socket | undefined;

  constructor(path: string) {
    this.#server = createServer((socket) => {
      this.#socket = socket;
      let rest = Buffer.alloc(0);
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => {
        rest = Buffer.concat([rest, chunk]);
        while (rest.length >= 20 && rest.length >= 20 + rest.readUInt32BE(16)) {
          const packet = rest.subarray(0, 20 + rest.readUInt32BE(16));
          rest = rest.subarray(packet.length);
          this.#take(packet);
        }
      });
    });
    this.#server.listen(path);
  }

  #take(packet: Buffer): void {
    const type = packet.readUInt8(1);
    this.types.push(type);
    this.last.push(packet);
    if (type === 1 || type === 3) this.send(18, '0000000000000000', packet.readUInt32BE(12));
  }

  send(type: number, payload: string, packetId = 99, transactionId = 5): void {
    const body = Buffer.from(payload, 'hex');
    const head = Buffer.alloc(20);
    head.set([1, type, 0x10, 0]);
    head.writeUInt32BE(77, 4);
    head.writeUInt32BE(transactionId, 8);
    head.writeUInt32BE(packetId, 12);
    head.writeUInt32BE(body.length, 16);
    this.#socket?.write(Buffer.concat([head, body]));
  }

  raw(bytes: Buffer): void {
    this.#socket?.write(bytes);
  }

  close(): void {
    this.#socket?.destroy();
    this.#server.close();
  }
}

let count = 0;

function begin(objects: Partial<SnmpObjects> = {}) {
  count += 1;
  const path = join(folder, `agent${count}`);
  const agent = new Agent(path);
  const heard: string[] = [];
  const empty: SnmpObjects = {
    get: (oid) => ({ oid, value: { type: 'noSuchObject' } }),
    next: (oid) => ({ oid, value: { type: 'endOfMibView' } }),
    change: () => ({ error: 'notWritable' }),
    ...objects,
  };
  const session = new AgentxSession(
    { socket: `unix:${path}`, description: 'test', registrations: [{ subtree: [1, 3], priority: 127 }] },
    empty,
    {
      connected: () => heard.push('connected'),
      failed: () => heard.push('failed'),
      lost: (seconds) => heard.push(`lost ${seconds}`),
      refused: (error) => heard.push(`refused ${error}`),
    },
  );
  const end = (): void => {
    session.close();
    agent.close();
  };
  return { agent, session, heard, end };
}

const RESPONSE = 18;
const NOTIFY = 12;
const CLOSE = 2;

describe('AgentxSession', () => {
  it('opens, registers, tells what happened before it was connected, and says when it leaves', async () => {
    const { agent, session, heard, end } = begin();
    session.notify([{ oid: [1, 3], value: { type: 'integer', value: 1 } }]);
    await until(() => agent.types.length === 3);
    assert.deepEqual(agent.types, [1, 3, NOTIFY]);
    assert.deepEqual(heard, ['connected']);
    session.close();
    await until(() => agent.types.at(-1) === CLOSE);
    end();
  });

  it('answers, also several requests in one piece or one in many', async () => {
    const value = { type: 'integer', value: 7 } as const;
    const { agent, end } = begin({ get: (oid) => ({ oid, value }) });
    await until(() => agent.types.length === 2);
    const range = '02000000' + '00000001' + '00000003' + '00000000';
    const get = Buffer.from(`01051000${'0000004d0000000500000009'}00000010${range}`, 'hex');
    agent.raw(Buffer.concat([get, get, get.subarray(0, 7)]));
    await until(() => agent.types.length === 4);
    agent.raw(get.subarray(7));
    await until(() => agent.types.length === 5);
    assert.deepEqual(agent.types.slice(2), [RESPONSE, RESPONSE, RESPONSE]);
    const answer = agent.last.at(-1)?.subarray(20).toString('hex');
    assert.equal(answer, `${'00'.repeat(8)}00020000020000000000000100000003${'00000007'}`);
    end();
  });

  it('sets in two steps and takes a set back', async () => {
    let weight = 1;
    const objects = {
      get: (oid: readonly number[]) => ({ oid, value: { type: 'integer', value: weight } as const }),
      change: ({ value }: Parameters<SnmpObjects['change']>[0]): Change => {
        if (value.type !== 'integer' || value.value <= 0) return { error: 'wrongValue' };
        const { value: wanted } = value;
        const commit = (): void => {
          weight = wanted;
        };
        return { commit };
      },
    };
    const { agent, end } = begin(objects);
    await until(() => agent.types.length === 2);
    const bind = (to: string): string => `00020000010000000000000${'1'}${to}`;
    agent.send(8, bind('00000000'));
    await until(() => agent.types.length === 3);
    assert.equal(agent.last.at(-1)?.readUInt16BE(24), 10);
    agent.send(8, bind('00000005'), 99, 6);
    await until(() => agent.types.length === 4);
    assert.equal(weight, 1);
    agent.send(9, '', 99, 6);
    await until(() => weight === 5);
    agent.send(10, '', 99, 6);
    await until(() => weight === 1);
    end();
  });

  it('leaves an agent that speaks something else, and says once that there is none', async () => {
    const { agent, heard, end } = begin();
    await until(() => agent.types.length === 2);
    agent.raw(Buffer.alloc(64, 0xff));
    await until(() => heard.includes('lost 15'));
    end();
    for (const socket of [
      join(folder, 'nobody'),
      'tcp:localhost:99999',
      'unix:',
      `unix:/${'x'.repeat(300)}`,
    ]) {
      const said: string[] = [];
      const nobody = new AgentxSession(
        { socket, description: 'test', registrations: [] },
        { get: () => assert.fail(), next: () => assert.fail(), change: () => assert.fail() },
        {
          connected: () => assert.fail(),
          failed: () => said.push('failed'),
          lost: () => assert.fail(),
          refused: () => assert.fail(),
        },
      );
      nobody.notify([{ oid: [1, 3], value: { type: 'integer', value: 1 } }]);
      await until(() => said.length > 0);
      nobody.close();
      assert.deepEqual(said, ['failed']);
    }
  });
});

describe('agentAddress', () => {
  it('reads what net-snmp reads', () => {
    assert.deepEqual(agentAddress('unix:/run/x'), { path: '/run/x' });
    assert.deepEqual(agentAddress('/var/agentx/master'), { path: '/var/agentx/master' });
    assert.deepEqual(agentAddress('tcp:localhost:1705'), { host: 'localhost', port: 1705 });
    assert.deepEqual(agentAddress('10.0.0.1:1705'), { host: '10.0.0.1', port: 1705 });
    assert.deepEqual(agentAddress('tcp6:[::1]:1705'), { host: '::1', port: 1705 });
    assert.deepEqual(agentAddress('1705'), { host: 'localhost', port: 1705 });
    assert.deepEqual(agentAddress('snmp.example'), { host: 'snmp.example', port: 705 });
  });
});
