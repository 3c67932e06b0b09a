import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import type { WebhookSetup } from '../ports/webhook.ts';
import { us } from '../units.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

const PAUSES = { firstMs: 5, longestMs: 20 };

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

interface Receiver {
  readonly url: string;
  readonly bodies: string[];
  readonly headers: IncomingMessage['headers'][];
}

describe('webhooks', () => {
  const closers: (() => void)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  async function receiver(answer: Answer): Promise<Receiver> {
    const bodies: string[] = [];
    const headers: IncomingMessage['headers'][] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        bodies.push(body);
        headers.push(request.headers);
        answer(request, response);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, bodies, headers };
  }

  function start(setup: Partial<WebhookSetup> & { url: string }): { hooks: Webhooks; log: string[] } {
    const log: string[] = [];
    const hooks = createWebhooks((id, args) => log.push(`${id} ${args.join(' ')}`), PAUSES);
    hooks.configure([{ name: 'pager', timeoutUs: us(200_000), retries: 3, ...setup }]);
    closers.push(() => hooks.close());
    return { hooks, log };
  }

  const settled = (hooks: Webhooks): Promise<void> => new Promise((resolve) => hooks.onIdle(resolve));

  it('get every body once, in order, with the secret', async () => {
    const { url, bodies, headers } = await receiver((_, response) => response.writeHead(204).end());
    const { hooks, log } = start({ url, secretHeader: { name: 'X-Token', value: 'geheim' } });
    const end = settled(hooks);
    for (let at = 0; at < 5; at++) hooks.post(() => `{"n":${at}}`);
    await end;
    assert.deepEqual(bodies, ['{"n":0}', '{"n":1}', '{"n":2}', '{"n":3}', '{"n":4}']);
    assert.equal(headers[0]?.['x-token'], 'geheim');
    assert.equal(headers[0]?.['content-type'], 'application/json');
    assert.deepEqual(log, []);
  });

  it('are tried again after an error of the server, before the next body', async () => {
    let count = 0;
    const { url, bodies } = await receiver((_, response) => {
      count += 1;
      response.writeHead(count <= 2 ? 503 : 200).end('x'.repeat(100_000));
    });
    const { hooks, log } = start({ url });
    const end = settled(hooks);
    hooks.post(() => 'a');
    hooks.post(() => 'b');
    await end;
    assert.deepEqual(bodies, ['a', 'a', 'a', 'b']);
    assert.deepEqual(log, ['webhook-failed pager status 503']);
  });

  it('are not tried again when the request is refused', async () => {
    const { url, bodies } = await receiver((_, response) => response.writeHead(403).end());
    const { hooks, log } = start({ url });
    const end = settled(hooks);
    hooks.post(() => 'a');
    await end;
    assert.deepEqual(bodies, ['a']);
    assert.deepEqual(log, ['webhook-given-up pager status 403 1']);
  });

  it('follow no redirect', async () => {
    const { url, bodies } = await receiver((_, response) => response.writeHead(307, { location: url }).end());
    const { hooks, log } = start({ url });
    const end = settled(hooks);
    hooks.post(() => 'a');
    await end;
    assert.equal(bodies.length, 1);
    assert.deepEqual(log, ['webhook-given-up pager status 307 1']);
  });

  it('are given up when nobody is there, and the next body has its chance', async () => {
    const { hooks, log } = start({ url: 'http://127.0.0.1:1/', retries: 1 });
    const end = settled(hooks);
    hooks.post(() => 'a');
    hooks.post(() => 'b');
    await end;
    assert.deepEqual(log, [
      'webhook-failed pager ECONNREFUSED',
      'webhook-given-up pager ECONNREFUSED 2',
      'webhook-failed pager ECONNREFUSED',
      'webhook-given-up pager ECONNREFUSED 2',
    ]);
  });

  it('that accept and stay silent, or talk rubbish without end, are given up', async () => {
    const silent = createTcpServer(() => undefined);
    const noisy = createTcpServer((socket) => {
      const noise = setInterval(() => socket.write('\x00'.repeat(65_536)), 1);
      socket.on('close', () => clearInterval(noise));
      socket.on('error', () => undefined);
    });
    for (const [server, why] of [
      [silent, /no answer in time/],
      [noisy, /HPE_|no answer in time/],
    ] as const) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      closers.push(() => server.close());
      const { port } = server.address() as AddressInfo;
      const { hooks, log } = start({ url: `http://127.0.0.1:${port}/`, retries: 0 });
      const end = settled(hooks);
      hooks.post(() => 'a');
      await end;
      assert.match(log.join('\n'), why);
      assert.equal(log.length, 1);
    }
  });

  it('lose the oldest that wait when there are too many, and say so', async () => {
    const { url } = await receiver(() => undefined);
    const { hooks, log } = start({ url, timeoutUs: us(60_000_000) });
    for (let at = 0; at < 503; at++) hooks.post(() => String(at));
    assert.deepEqual(log, Array(3).fill('webhook-dropped pager'));
  });

  it('say why a file of authorities cannot be read', async () => {
    const { hooks, log } = start({ url: 'https://127.0.0.1:1/', caFile: '/nowhere/ca.pem', retries: 0 });
    const end = settled(hooks);
    hooks.post(() => 'a');
    await end;
    assert.match(log.join(), /webhook-given-up pager ENOENT/);
  });

  it('keep what waits across a reload that does not change them', async () => {
    let hold: ServerResponse | undefined;
    const { url, bodies } = await receiver((_, response) => {
      if (hold === undefined) hold = response;
      else response.writeHead(200).end();
    });
    const { hooks } = start({ url, timeoutUs: us(60_000_000) });
    hooks.post(() => 'a');
    hooks.post(() => 'b');
    while (hold === undefined) await new Promise((resolve) => setImmediate(resolve));
    hooks.configure([
      { name: 'pager', timeoutUs: us(60_000_000), retries: 3, url },
      { name: 'other', timeoutUs: us(1_000_000), retries: 0, url },
    ]);
    const end = settled(hooks);
    hold.writeHead(200).end();
    await end;
    assert.deepEqual(bodies, ['a', 'b']);
  });
});
