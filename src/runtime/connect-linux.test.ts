import assert from 'node:assert/strict';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it } from 'node:test';
import type { ConnectOutcome, ConnectSpec } from '../ports/connect.ts';
import { ms } from '../units.ts';
import { ipv4, ipv6 } from '../wire/address.ts';
import { createConnector } from './connect-linux.ts';
import { createExchanger } from './exchanger.ts';
import { createLoop } from './loop.ts';

const ECONNREFUSED = 111;
const EADDRNOTAVAIL = 99;
const ENODEV = 19;

function outcome(spec: Partial<ConnectSpec>): Promise<ConnectOutcome> {
  const loop = createLoop();
  const whole = { address: ipv4('127.0.0.1'), port: 1, mark: 0, timeoutUs: ms(2000), ...spec };
  return new Promise<ConnectOutcome>((resolve) => {
    createConnector(loop, createExchanger(loop)).connect(whole, resolve);
  }).finally(() => loop.close());
}

/** A port that answers, and who it was that asked. */
async function withServer(act: (port: number, peers: string[]) => Promise<void>): Promise<void> {
  const peers: string[] = [];
  const server = createServer((socket) => {
    peers.push(`${socket.remoteAddress}`);
    socket.on('error', () => undefined).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await act((server.address() as AddressInfo).port, peers);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('Connector on Linux', () => {
  it('connects from the address that it is told', async () => {
    await withServer(async (port, peers) => {
      const made = await outcome({ port, source: ipv4('127.0.0.9') });
      assert.deepEqual(made, { outcome: 'connected' });
      assert.deepEqual(await outcome({ port }), { outcome: 'connected' });
      assert.deepEqual(peers, ['127.0.0.9', '127.0.0.1']);
    });
  });
  it('says why there is no connection', async () => {
    assert.deepEqual(await outcome({ port: 1 }), { outcome: 'refused', errno: ECONNREFUSED });
    assert.deepEqual(await outcome({ address: ipv6('::1'), port: 1 }), {
      outcome: 'refused',
      errno: ECONNREFUSED,
    });
  });
  it('says which of its own steps failed', async () => {
    assert.deepEqual(await outcome({ source: ipv4('192.0.2.77') }), {
      outcome: 'failed',
      call: 'bind',
      errno: EADDRNOTAVAIL,
    });
    const missing = await outcome({ interface: 'alived-none' });
    assert.ok(missing.outcome === 'failed' && missing.errno === ENODEV, JSON.stringify(missing));
  });
  it('is silent once cancelled', async () => {
    const loop = createLoop();
    const { connect } = createConnector(loop, createExchanger(loop));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const spec = { address: ipv4('127.0.0.1'), port, mark: 0, timeoutUs: ms(50) };
    const told: string[] = [];
    connect(spec, () => told.push('cancelled')).cancel();
    await new Promise<void>((resolve) => {
      connect({ ...spec, port: 1 }, () => resolve());
    });
    assert.deepEqual(told, []);
    loop.close();
    server.close();
  });
});
