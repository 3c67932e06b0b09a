/**
 * Servers for checks, well behaved and not, as a process of its own inside a namespace. Arguments: a folder,
 * in which `down` is the switch (while it exists most servers misbehave), `requests` takes down what clients
 * say, and `key.pem` and `cert.pem` are for TLS. It prints a line when all of them listen.
 */
import { createSocket } from 'node:dgram';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';

const [folder = ''] = process.argv.slice(2);
const isDown = (): boolean => existsSync(`${folder}/down`);
const note = (port: number, text: string): void => {
  appendFileSync(`${folder}/requests`, `${port} ${JSON.stringify(text)}\n`);
};

const OK = 'HTTP/1.0 200 OK\r\nServer: x\r\n\r\nhello\n';
const BUSY = 'HTTP/1.0 503 Busy\r\n\r\nhello\n';
const pending: Promise<void>[] = [];

function listen(server: Server, port: number): void {
  pending.push(new Promise((resolve) => server.listen(port, '0.0.0.0', resolve)));
}

/** `serve` decides what becomes of a connection. */
function tcp(port: number, serve: (socket: Socket) => void): void {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined).on('end', () => socket.end());
    serve(socket);
  });
  listen(server, port);
}

/** A web server, which answers whatever it is asked. */
function web(port: number, answer: (request: string, socket: Socket) => void): void {
  tcp(port, (socket) => {
    socket.once('data', (chunk: Buffer) => {
      note(port, chunk.toString());
      answer(chunk.toString(), socket);
    });
  });
}

function slowly(socket: Socket, pieces: readonly string[]): void {
  const [piece, ...rest] = pieces;
  if (piece === undefined) {
    socket.end();
    return;
  }
  socket.write(piece);
  setTimeout(() => slowly(socket, rest), 700);
}

web(8001, (_request, socket) => socket.end(isDown() ? BUSY : OK));
web(8002, (_request, socket) => socket.end('HTTP/1.0 404 None\r\n\r\nhello\n'));
/** Where a client comes from. Ports below the ephemeral ones are chosen by it. */
const comesFrom = (address: string | undefined, from = 0): string =>
  `from ${address} ${from < 10_000 ? from : 'any'}`;

tcp(8012, (socket) => note(8012, comesFrom(socket.remoteAddress, socket.remotePort)));
tcp(8003, () => undefined);
tcp(8004, (socket) => socket.end());
web(8005, (_request, socket) => socket.end('garbage garbage'));
web(8006, (_request, socket) => socket.resetAndDestroy());
web(8007, (_request, socket) => slowly(socket, ['HTTP/1.0 200 OK\r\n', '\r\n', 'hel', 'lo\n']));
web(8008, (_request, socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n'));
web(8010, (request, socket) => socket.end(isDown() && request.includes('/b') ? BUSY : OK));
web(8011, (_request, socket) => socket.end(isDown() ? 'HTTP/1.0 200 OK\r\n\r\nother' : OK));

function tls(port: number, answer: (socket: TLSSocket) => void, requestCert = false): void {
  const read = (name: string): Buffer => readFileSync(`${folder}/${name}.pem`);
  const options = { key: read('key'), cert: read('cert'), requestCert, rejectUnauthorized: false };
  // What a client names is only told to somebody who asks.
  const names = { SNICallback: (_name: string, done: (error: null) => void) => done(null) };
  const server = createTlsServer({ ...options, ...names }, (socket) => {
    socket.on('error', () => undefined);
    const { servername } = socket as { readonly servername?: string | false };
    note(port, `TLS ${String(servername)} ${socket.getPeerCertificate()?.subject?.CN ?? 'none'}`);
    socket.once('data', (chunk: Buffer) => {
      note(port, chunk.toString());
      answer(socket);
    });
  });
  listen(
    server.on('tlsClientError', () => undefined),
    port,
  );
}

if (existsSync(`${folder}/cert.pem`)) {
  tls(4431, (socket) => socket.end(isDown() ? BUSY : OK));
  tls(4432, () => undefined);
  tls(4433, (socket) => socket.end(OK), true);
  tcp(4434, (socket) => socket.once('data', () => socket.end('HTTP/1.0 400 Bad\r\n\r\n')));
}

/** A mail server: replies to the greeting and to each command; undefined = silence. */
function smtp(port: number, reply: (command: string) => string | undefined): void {
  tcp(port, (socket) => {
    const say = (command: string): void => {
      const text = reply(command);
      if (text !== undefined) socket.write(`${text}\r\n`);
      if (command === 'QUIT') socket.end();
    };
    socket.on('data', (chunk: Buffer) => {
      note(port, chunk.toString());
      say(chunk.toString().slice(0, 4));
    });
    say('');
  });
}

smtp(2501, (command) => (command === 'HELO' ? (isDown() ? '550 no' : '250 fine') : '220 hello'));
smtp(2502, () => '554 go away');
smtp(2503, (command) => (command === '' ? '220 hello' : undefined));
smtp(2504, () => '220-hello\r\n220 again');
smtp(2505, (command) => (command === 'QUIT' ? '500 what' : command === '' ? '220 hello' : '250 fine'));

/** Replies to a datagram; undefined = silence. They have to come from the address that was asked. */
function udp(address: string, port: number, reply: (bytes: Buffer) => Buffer | undefined): void {
  const socket = createSocket('udp4');
  socket.on('message', (bytes, from) => {
    if (address.startsWith('127.0.8.')) note(port, comesFrom(from.address, from.port));
    // Ids of queries are random.
    note(port, (port < 6000 ? bytes.subarray(2) : bytes).toString('hex'));
    const answer = reply(bytes);
    if (answer !== undefined) socket.send(answer, from.port, from.address);
  });
  pending.push(new Promise((resolve) => socket.bind(port, address, resolve)));
}

for (const last of [1, 5, 6, 7]) udp(`127.0.4.${last}`, 9001, (bytes) => (isDown() ? undefined : bytes));
udp('127.0.8.1', 9003, (bytes) => bytes);
for (const last of [2, 3]) udp(`127.0.4.${last}`, 9002, () => undefined);

/** A response made of the query, with this code. */
const response = (query: Buffer, code: number): Buffer => {
  const bytes = Buffer.from(query);
  bytes.writeUInt16BE(0x8180 | code, 2);
  return bytes;
};
udp('127.0.5.1', 5301, (query) => response(query, isDown() ? 2 : 0));
udp('127.0.8.1', 5306, (query) => response(query, 0));
udp('127.0.5.2', 5302, (query) => response(query, 3));
udp('127.0.5.3', 5303, (query) =>
  response(query, 0).fill(
    query.subarray(0, 1).map((byte) => ~byte),
    0,
    1,
  ),
);
udp('127.0.5.4', 5304, () => Buffer.from('xx'));
udp('127.0.5.5', 5305, (query) => query);

await Promise.all(pending);
process.stdout.write('listening\n');
