/** A service on a bus that answers, refuses, babbles, takes names away, goes and comes back. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { type DbusMessage, encodeDbus, readDbus } from '../wire/dbus.ts';
import { busAddresses, DbusSession } from './dbus-session.ts';
import { until } from './testing/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'alived-dbus-'));
after(() => rmSync(folder, { recursive: true }));
const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0).reverse()) close();
});

const NAME = 'org.example.Name';
const BUS = 'org.freedesktop.DBus';

class Bus {
  readonly heard: DbusMessage[] = [];
  /** What it says to a login, and to a request for the name. */
  login = 'OK 0123456789abcdef\r\n';
  owner = 1;
  logins: string[] = [];
  readonly #server: Server;
  #socket: Socket | undefined;
  #serial = 0;

  constructor(path: string) {
    rmSync(path, { force: true });
    this.#server = createServer((socket) => this.#serve(socket));
    this.#server.listen(path);
    open.push(() => this.close());
  }

  #serve(socket: Socket): void {
    this.#socket = socket;
    let rest = Buffer.alloc(0);
    let begun = false;
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf('\r\n'); !begun && end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.subarray(0, end).toString('latin1');
        rest = rest.subarray(end + 2);
        begun = line === 'BEGIN';
        if (!begun) this.logins.push(line);
        if (!begun) socket.write(this.login);
      }
      if (!begun) return;
      for (let read = readDbus(rest); read.ok && read.value !== undefined; read = readDbus(rest)) {
        rest = rest.subarray(read.value.size);
        this.#take(read.value.message);
      }
    });
  }

  #take(message: DbusMessage): void {
    this.heard.push(message);
    const { member, serial: replySerial } = message;
    if (member === 'Hello') this.say({ kind: 'return', replySerial, signature: 's', body: [':1.5'] });
    if (member === 'RequestName') {
      this.say({ kind: 'return', replySerial, signature: 'u', body: [this.owner] });
    }
  }

  say(message: Omit<DbusMessage, 'serial' | 'sender'> & { readonly sender?: string }): void {
    this.#serial += 1;
    this.#socket?.write(encodeDbus({ sender: BUS, ...message, serial: this.#serial }));
  }

  write(text: string): void {
    this.#socket?.write(text);
  }

  hangUp(): void {
    this.#socket?.destroy();
  }

  close(): void {
    this.#socket?.destroy();
    this.#server.close();
  }
}

function service(addresses: string): { readonly session: DbusSession; readonly events: string[] } {
  const events: string[] = [];
  const session = new DbusSession(
    { addresses, name: NAME, retryMs: 20 },
    {
      connected: () => events.push('connected'),
      acquired: () => events.push('acquired'),
      lost: () => events.push('lost'),
      call: ({ member = '' }) => ({ kind: 'return', signature: 's', body: [member] }),
    },
  );
  open.push(() => session.close());
  return { session, events };
}

let count = 0;
const place = (): string => join(folder, `bus${count++}`);

test('it logs in, takes its name, answers, tells, and gives the name back', async () => {
  const path = place();
  const bus = new Bus(path);
  const { session, events } = service(`unix:path=${path}`);
  await until('the name', () => events.includes('acquired'));
  assert.deepEqual(events, ['connected', 'acquired']);
  assert.match(bus.logins.join(), /^\0AUTH EXTERNAL [0-9a-f]+$/);
  bus.say({ kind: 'call', path: '/', member: 'Quiet', noReply: true, sender: ':1.9' });
  bus.say({ kind: 'call', path: '/', member: 'Ask', sender: ':1.9' });
  await until('an answer', () => bus.heard.some(({ kind }) => kind === 'return'));
  const { destination, replySerial, body } = bus.heard.at(-1) ?? {};
  assert.deepEqual([destination, replySerial, body], [':1.9', 4, ['Ask']]);
  session.emit({ path: '/a', interface: 'b.c', member: 'D' });
  session.close();
  await until('the end', () => bus.heard.some(({ member }) => member === 'ReleaseName'));
  assert.deepEqual(
    bus.heard.map(({ member }) => member),
    ['Hello', 'RequestName', undefined, 'D', 'ReleaseName'],
  );
  assert.deepEqual(events, ['connected', 'acquired']);
});

test('a name of somebody else is waited for, and one that is taken away is told of', async () => {
  const path = place();
  const bus = new Bus(path);
  bus.owner = 2;
  const { events } = service(`unix:path=${path}`);
  await until('the refusal', () => events.includes('lost'));
  const told = { kind: 'signal', path: '/', interface: BUS, signature: 's', body: [NAME] } as const;
  bus.say({ ...told, member: 'NameAcquired' });
  await until('the name', () => events.includes('acquired'));
  // Anybody can send a signal of that name.
  bus.say({ ...told, member: 'NameLost', sender: ':1.66' });
  bus.say({ ...told, member: 'NameLost' });
  await until('the loss', () => events.length === 4);
  assert.deepEqual(events, ['connected', 'lost', 'acquired', 'lost']);
});

test('a bus that is not there is told of once, and found when it comes', async () => {
  const path = place();
  const { events } = service(`unix:path=${path}`);
  await until('word', () => events.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.deepEqual(events, ['lost']);
  const bus = new Bus(path);
  await until('the name', () => events.includes('acquired'));
  bus.hangUp();
  await until('the name again', () => events.length >= 6);
  assert.deepEqual(events, ['lost', 'connected', 'acquired', 'lost', 'connected', 'acquired']);
});

test('the next address is tried where there is no bus', async () => {
  const path = place();
  new Bus(path);
  const { events } = service(`unix:path=${path}-none;bogus:;unix:path=${path}`);
  await until('the name', () => events.includes('acquired'));
  assert.deepEqual(events, ['connected', 'acquired']);
});

test('a refused login and babble end the connection, not more', async () => {
  const path = place();
  const bus = new Bus(path);
  bus.login = 'REJECTED ANONYMOUS\r\n';
  const { events } = service(`unix:path=${path}`);
  await until('word', () => events.length > 0);
  assert.deepEqual(events, ['lost']);
  bus.login = 'OK 00\r\n';
  await until('the name', () => events.includes('acquired'));
  bus.write('no message at all');
  await until('the name again', () => events.length >= 6);
  assert.deepEqual(events.slice(3), ['lost', 'connected', 'acquired']);
});

test('addresses are those of the specification', () => {
  assert.deepEqual(busAddresses('unix:path=/a%20b,guid=00;unix:abstract=c;tcp:host=::1,port=99'), [
    { path: '/a b' },
    { path: '\0c' },
    { host: '::1', port: 99 },
  ]);
  assert.deepEqual(busAddresses('autolaunch:;unixexec:path=/x;tcp:host=a;;unix:'), []);
});
