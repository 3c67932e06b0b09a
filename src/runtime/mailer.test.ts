/** The mailer against servers on loopback: one that takes the mail, one that hangs, one that floods, none. */
import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import type { MailSetup } from '../ports/mail.ts';
import { createMailer } from './mailer.ts';

const mail = { from: 'k@x', to: ['a@x'], lines: ['Subject: s', '', 'body', ''] };

const setupFor = (port: number, timeoutUs = 5_000_000): MailSetup => ({
  from: 'k@x',
  to: ['a@x'],
  server: { host: '127.0.0.1', port },
  heloName: 'me',
  timeoutUs,
  routerId: 'r',
  silentFaults: false,
});

async function listening(serve: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}

/** The last line of the log about one mail. */
async function outcome(port: number, timeoutUs?: number): Promise<string> {
  return await new Promise((done) => {
    const keepAlive = setInterval(() => undefined, 1000);
    const mailer = createMailer((id) => {
      if (id === 'mail-connected') return;
      clearInterval(keepAlive);
      mailer.close();
      done(id);
    });
    mailer.send(setupFor(port, timeoutUs), mail);
  });
}

test('a mail arrives', async () => {
  let got = '';
  const { server, port } = await listening((socket) => {
    socket.write('220 hello\r\n');
    let data = false;
    socket.on('data', (chunk) => {
      got += chunk.toString();
      if (data && !got.endsWith('\r\n.\r\n')) return;
      data = !data && chunk.toString() === 'DATA\r\n';
      socket.write(data ? '354 go\r\n' : '250 ok\r\n');
    });
  });
  assert.equal(await outcome(port), 'mail-sent');
  assert.match(
    got,
    /^HELO me\r\nMAIL FROM:<k@x>\r\nRCPT TO:<a@x>\r\nDATA\r\nSubject: s\r\n\r\nbody\r\n\r\n\.\r\n/,
  );
  server.close();
});

test('a server that says nothing, closes, floods or is not there ends each attempt', async () => {
  const silent = await listening(() => undefined);
  assert.equal(await outcome(silent.port, 100_000), 'mail-timeout');
  silent.server.close();
  const closing = await listening((socket) => socket.end());
  assert.equal(await outcome(closing.port), 'mail-closed');
  closing.server.close();
  const flooding = await listening((socket) => {
    const flood = (): void => {
      if (!socket.destroyed && socket.write('x'.repeat(1000))) setImmediate(flood);
    };
    flood();
  });
  assert.equal(await outcome(flooding.port), 'mail-closed');
  flooding.server.close();
  const gone = await listening(() => undefined);
  await new Promise<void>((done) => gone.server.close(() => done()));
  assert.equal(await outcome(gone.port), 'mail-failed');
});

test('a pile of mails for a server that hangs is bounded', async () => {
  const { server, port } = await listening(() => undefined);
  let dropped = 0;
  const mailer = createMailer((id) => {
    if (id === 'mail-dropped') dropped += 1;
  });
  for (let n = 0; n < 1000; n++) mailer.send(setupFor(port), mail);
  assert.equal(dropped, 492);
  mailer.close();
  server.close();
});
