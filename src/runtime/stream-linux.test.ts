import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import type { Streams, TlsSpec } from '../ports/stream.ts';
import { seconds } from '../units.ts';
import { ipv4 } from '../wire/address.ts';
import { createExchanger } from './exchanger.ts';
import { createLoop } from './loop.ts';
import { createStreams } from './stream-linux.ts';
import { tlsSettings } from './tls-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'alived-tls-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const [key, cert] = ['key', 'cert'].map((name) => join(folder, `${name}.pem`)) as [string, string];
const made = spawnSync('openssl', [
  ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=test'],
  ...['-keyout', key, '-out', cert],
]);
const skip = made.status === 0 ? false : 'no openssl to make a certificate with';

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const descriptors = (): number => readdirSync('/proc/self/fd').length;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** How a stream ends; closed by us after `patienceMs`. */
function story(streams: Streams, port: number, tls?: TlsSpec, patienceMs?: number): Promise<string> {
  return new Promise((resolve) => {
    let told = '';
    const spec = { address: ipv4('127.0.0.1'), port, mark: 0, timeoutUs: seconds(1) };
    const stream = streams.open(
      spec,
      new TextEncoder().encode('ask'),
      {
        connected: () => {
          told += 'connected ';
        },
        data: (bytes) => {
          told += new TextDecoder().decode(bytes);
        },
        ended: () => resolve(`${told} ended`),
        failed: (failure) => resolve(`${told}${failure.kind}`),
      },
      tls,
    );
    if (patienceMs === undefined) return;
    setTimeout(() => {
      stream.close();
      resolve('closed');
    }, patienceMs);
  });
}

describe('streams over TLS', { skip }, () => {
  it('tell how it went, and leave no descriptor behind', async () => {
    const names: unknown[] = [];
    const good = createTlsServer(
      { key: readFileSync(key), cert: readFileSync(cert), SNICallback: (_name, done) => done(null) },
      (socket) => {
        names.push(socket.servername);
        socket.on('error', () => undefined).once('data', (asked) => socket.end(`got ${asked}`));
      },
    ).on('tlsClientError', () => undefined);
    const silent = createServer((socket) => socket.on('error', () => undefined).resume());
    const rude = createServer((socket) =>
      socket
        .on('error', () => undefined)
        .resume()
        .end('no TLS here\n'),
    );
    const [port, silentPort, rudePort] = [await portOf(good), await portOf(silent), await portOf(rude)];
    const loop = createLoop();
    const settings = tlsSettings({}, () => undefined);
    const streams = createStreams(loop, createExchanger(loop), () => settings);
    try {
      assert.equal(await story(streams, port, { serverName: 'a.example' }), 'connected got ask ended');
      assert.equal(await story(streams, port, {}), 'connected got ask ended');
      assert.deepEqual(names, ['a.example', false]);
      assert.equal(await story(streams, 1, {}), 'broken');
      assert.equal(await story(streams, rudePort, {}), 'tls');
      assert.equal(await story(streams, rudePort), 'connected no TLS here\n ended');
      await wait(50);
      const before = descriptors();
      for (let round = 0; round < 60; round++) {
        await story(streams, port, {});
        await story(streams, rudePort, {});
        await story(streams, silentPort, {}, 2);
      }
      // Sockets of both ends close in their own time.
      for (let patience = 0; descriptors() > before && patience < 100; patience++) await wait(20);
      assert.ok(descriptors() <= before, `${before} descriptors became ${descriptors()}`);
    } finally {
      loop.close();
      for (const server of [good, silent, rude]) server.close();
    }
  });

  it('go on without a certificate that cannot be read', () => {
    const complaints: string[] = [];
    const missing = { certificate: join(folder, 'none.pem'), key };
    tlsSettings(missing, ({ what, reason }) => complaints.push(`${what} ${reason.split(',')[0]}`));
    assert.deepEqual(complaints, ['certificate ENOENT: no such file or directory']);
    tlsSettings({ certificate: key, key: cert }, ({ what }) => complaints.push(what));
    assert.equal(complaints[1], 'key');
  });
});
