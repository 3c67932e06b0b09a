import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { ipv4 } from '../wire/address.ts';
import { createExchanger, type Exchange, type Exchanger } from './exchanger.ts';
import { createLoop } from './loop.ts';
import { sockaddrIp } from './sockaddr.ts';

const REQUEST = new TextEncoder().encode('ask');

/** A server that does as told with each connection, and exchanges with it. */
async function withServer(
  serve: (socket: Socket) => void,
  act: (exchanger: Exchanger, address: Uint8Array) => Promise<void>,
): Promise<void> {
  const loop = createLoop();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await act(createExchanger(loop), sockaddrIp(4, ipv4('127.0.0.1'), 0, port));
  } finally {
    loop.close();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** What an exchange tells until it is over. */
function story(exchanger: Exchanger, address: Uint8Array, request: Uint8Array | null): Promise<string[]> {
  return new Promise((resolve) => {
    const told: string[] = [];
    let length = 0;
    const over = (last: string): void => {
      if (length > 0) told.push(`${length} bytes`);
      resolve([...told, last]);
    };
    exchanger.begin(-1, address, request, {
      connected: () => (request === null ? over('connected') : told.push('connected')),
      data: (bytes) => {
        length += bytes.length;
      },
      ended: () => over('ended'),
      failed: (errno) => over(`failed ${errno}`),
    });
  });
}

describe('exchanges over TCP', () => {
  it('ends at the connection where there is nothing to ask, and says who refuses', async () => {
    await withServer(
      (socket) => socket.end(),
      async (exchanger, address) => {
        assert.deepEqual(await story(exchanger, address, null), ['connected']);
        const closed = sockaddrIp(4, ipv4('127.0.0.1'), 0, 1);
        for (const request of [null, REQUEST]) {
          assert.deepEqual(await story(exchanger, closed, request), ['failed 111']);
        }
      },
    );
  });

  it('asks, and hands up an answer of any length until its end', async () => {
    for (const length of [0, 1, 16_383, 16_384, 16_385, 3_000_000]) {
      await withServer(
        (socket) => socket.once('data', (asked) => socket.end(Buffer.alloc(asked.length === 3 ? length : 9))),
        async (exchanger, address) => {
          const told = length === 0 ? [] : [`${length} bytes`];
          const got = await story(exchanger, address, REQUEST);
          assert.deepEqual(got, ['connected', ...told, 'ended']);
        },
      );
    }
  });

  it('tells an answer that comes in parts, and one that breaks off', async () => {
    await withServer(
      (socket) =>
        socket.once('data', () => {
          socket.write('one');
          setTimeout(() => socket.write('two', () => socket.resetAndDestroy()), 20);
        }),
      async (exchanger, address) => {
        const told = await story(exchanger, address, REQUEST);
        assert.equal(told[0], 'connected');
        assert.equal(told.at(-1), 'failed 104');
      },
    );
  });

  it('serves many side by side, each with its own answer, and keeps no descriptor', async () => {
    const open = (): number => readdirSync('/proc/self/fd').length;
    await withServer(
      (socket) => socket.once('data', (asked) => socket.end(asked)),
      async (exchanger, address) => {
        await story(exchanger, address, REQUEST);
        const before = open();
        const stories = Array.from({ length: 500 }, (_, at) =>
          story(exchanger, address, new TextEncoder().encode('x'.repeat(at + 1))),
        );
        const told = await Promise.all(stories);
        assert.deepEqual(
          told.map((one) => one[1]),
          told.map((_, at) => `${at + 1} bytes`),
        );
        assert.ok(open() <= before + 2, `${before} descriptors became ${open()}`);
      },
    );
  });

  it('is silent once cancelled, also by another one of the same round', async () => {
    await withServer(
      (socket) => socket.once('data', (asked) => socket.end(asked)),
      async (exchanger, address) => {
        const told: string[] = [];
        const running: (Exchange | number)[] = [];
        const cancelOthers = (name: string) => () => {
          told.push(name);
          for (const one of running) if (typeof one !== 'number') one.cancel();
        };
        for (const name of ['first', 'second', 'third']) {
          const tell = cancelOthers(name);
          running.push(
            exchanger.begin(-1, address, REQUEST, { connected: tell, data: tell, ended: tell, failed: tell }),
          );
        }
        await story(exchanger, address, REQUEST);
        assert.equal(told.length, 1);
      },
    );
  });
});
