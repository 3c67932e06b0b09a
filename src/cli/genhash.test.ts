import assert from 'node:assert/strict';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it } from 'node:test';
import { runGenhash } from './genhash.ts';
import { hexLines } from './hex-lines.ts';
import { genhashWords } from './invocation.ts';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function genhash(...args: string[]): Promise<Ran> {
  let [out, err] = ['', ''];
  const code = await runGenhash(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    colour: false,
  });
  return { code, out, err };
}

/** A web server with one page, and what it was asked. */
async function withPage(act: (port: string, asked: string[]) => Promise<void>): Promise<void> {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.once('data', (chunk) => {
      asked.push(chunk.toString());
      socket.end('HTTP/1.0 200 OK\r\nServer: x\r\n\r\nhello\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await act(String((server.address() as AddressInfo).port), asked);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('genhash', () => {
  it('prints the MD5 of the body', async () => {
    await withPage(async (port, asked) => {
      const plain = await genhash('-s', '127.0.0.1', '-p', port, '-u', '/x', '-V', 'vh', '-P', '1.1');
      assert.deepEqual(plain, { code: 0, out: 'b1946ac92492d2347c6235b4d2611184\n', err: '' });
      assert.match(asked[0] ?? '', /^GET \/x HTTP\/1.1\r\n[\s\S]*Connection: close\r\nHost: vh\r\n\r\n$/);
    });
  });

  it('prints all of it with -v, as 2.2.7 does', async () => {
    await withPage(async (port) => {
      const { out } = await genhash('-v', '-s', '127.0.0.1', '-p', port, '-u', '/x');
      assert.equal(
        out.replace(/\d+ usecs/, 'N usecs'),
        `-----------------------[    HTTP Header Buffer    ]-----------------------
0000  48 54 54 50 2f 31 2e 30 - 20 32 30 30 20 4f 4b 0d   HTTP/1.0 200 OK.
0016  0a 53 65 72 76 65 72 3a - 20 78 0d 0a 0d 0a         .Server: x....  
-----------------------[ HTTP Header Ascii Buffer ]-----------------------
HTTP/1.0 200 OK\r
Server: x\r
\r

-----------------------[        HTML Buffer        ]-----------------------
0000  68 65 6c 6c 6f 0a       -                           hello.          

-----------------------[    HTML hash resulting    ]-----------------------
0000  b1 94 6a c9 24 92 d2 34 - 7c 62 35 b4 d2 61 11 84   ..j.$..4|b5..a..
-----------------------[ HTML hash final resulting ]-----------------------
b1946ac92492d2347c6235b4d2611184

Global response time for [/x] = N usecs
`,
      );
    });
  });

  it('takes a server that cannot be asked for no error, and wrong words for one', async () => {
    const refused = await genhash('-s', '127.0.0.1', '-p', '1', '-u', '/');
    assert.deepEqual(refused, { code: 0, out: 'Connection failed\n', err: '' });
    for (const args of [
      [],
      ['-s', 'name', '-p', '80', '-u', '/'],
      ['-s', '::1', '-p', '0', '-u', '/'],
      ['-x'],
    ]) {
      const { code, err } = await genhash(...args);
      assert.equal(code, 1);
      assert.match(err, /usage: genhash/);
    }
  });

  it('is asked under its name or behind -T', () => {
    assert.deepEqual(genhashWords('/usr/bin/genhash', ['-s', 'x']), ['-s', 'x']);
    assert.deepEqual(genhashWords('keepalived', ['-T', '-s', 'x']), ['-s', 'x']);
    assert.equal(genhashWords('keepalived', ['-n']), undefined);
  });

  it('has sixteen bytes in a line', () => {
    assert.equal(hexLines(new Uint8Array(0)), '');
    assert.equal(hexLines(new Uint8Array(17)).split('\n').length, 3);
  });
});
