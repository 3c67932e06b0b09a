/**
 * A service on the message bus of the machine. In: calls that others make. Out: answers, and signals. A bus
 * that is not there, goes away or does not read costs nothing but what it was to be told: nothing here waits
 * for it.
 */
import type { Socket } from 'node:net';
import { type DbusMessage, encodeDbus, MAX_DBUS_MESSAGE, readDbus } from '../wire/dbus.ts';
import { type StreamAddress, tryConnection } from './try-connection.ts';

export interface DbusService {
  /** As in DBUS_SYSTEM_BUS_ADDRESS; the first that answers counts. */
  readonly addresses: string;
  readonly name: string;
  /** Between two attempts. */
  readonly retryMs?: number;
}

type Answer = Pick<DbusMessage, 'kind' | 'signature' | 'body' | 'errorName'>;

export interface DbusEvents {
  /** The bus is there, and takes signals. */
  readonly connected: () => void;
  readonly acquired: () => void;
  /** The name is not ours: there is no bus, or somebody else has it. Told once until it is acquired. */
  readonly lost: () => void;
  readonly call: (message: DbusMessage) => Answer;
}

export const DEFAULT_ADDRESS = 'unix:path=/var/run/dbus/system_bus_socket';
const RETRY_MS = 15_000;
/** What waits to be read by a bus that does not read. */
const ROOM = 4 * MAX_DBUS_MESSAGE;
/** Of the answers to a login, which are lines. */
const MAX_LINE = 4096;
const BUS = 'org.freedesktop.DBus';
const BUS_PATH = '/org/freedesktop/DBus';
/** RequestName says so when the name is ours at once. */
const PRIMARY_OWNER = 1;

/** "Server Addresses" of the specification, without those that need a program or systemd. */
export function busAddresses(text: string): StreamAddress[] {
  return text.split(';').flatMap((address): StreamAddress[] => {
    const [transport = '', list = ''] = address.split(/:(.*)/s);
    const values = new Map(
      list.split(',').map((pair): [string, string] => {
        const [key = '', value = ''] = pair.split(/=(.*)/s);
        return [key, unescaped(value)];
      }),
    );
    const path = values.get('path');
    const abstract = values.get('abstract');
    if (transport === 'unix' && path !== undefined) return [{ path }];
    if (transport === 'unix' && abstract !== undefined) return [{ path: `\0${abstract}` }];
    const port = Number(values.get('port'));
    if (transport !== 'tcp' || !Number.isInteger(port) || port < 1 || port > 65535) return [];
    return [{ host: values.get('host') ?? 'localhost', port }];
  });
}

const unescaped = (value: string): string =>
  value.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );

export class DbusSession {
  readonly #setup: DbusService;
  readonly #events: DbusEvents;
  readonly #addresses: readonly StreamAddress[];
  #attempt = 0;
  #socket: Socket | undefined;
  /** The bus takes messages. */
  #open = false;
  #owns = false;
  #lossTold = false;
  #serial = 0;
  #hello = 0;
  #request = 0;
  #unread: Buffer = Buffer.alloc(0);
  #retry: NodeJS.Timeout | undefined;

  constructor(setup: DbusService, events: DbusEvents) {
    this.#setup = setup;
    this.#events = events;
    this.#addresses = busAddresses(setup.addresses);
    this.#connect();
  }

  #connect(): void {
    const address = this.#addresses[this.#attempt % Math.max(1, this.#addresses.length)];
    this.#attempt += 1;
    const socket = address === undefined ? undefined : tryConnection(address);
    if (socket === undefined) {
      this.#failed();
      return;
    }
    this.#socket = socket;
    this.#unread = Buffer.alloc(0);
    socket.on('connect', () => {
      const uid = Buffer.from(String(process.geteuid?.() ?? 0)).toString('hex');
      socket.write(`\0AUTH EXTERNAL ${uid}\r\n`);
    });
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    // What happened is told by 'close', which follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#socket === socket) this.#failed();
    });
  }

  /** The other addresses at once, then all of them again some time later. */
  #failed(): void {
    this.#socket = undefined;
    const wasOpen = this.#open;
    this.#open = false;
    this.#owns = false;
    const more = !wasOpen && this.#attempt % Math.max(1, this.#addresses.length) !== 0;
    if (!more) this.#lose();
    this.#retry = setTimeout(() => this.#connect(), more ? 0 : (this.#setup.retryMs ?? RETRY_MS));
    this.#retry.unref();
  }

  #lose(): void {
    if (!this.#lossTold) this.#events.lost();
    this.#lossTold = true;
  }

  #received(chunk: Buffer): void {
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    if (!this.#open) this.#logIn();
    while (this.#open) {
      const read = readDbus(this.#unread);
      if (!read.ok) {
        this.#socket?.destroy();
        return;
      }
      if (read.value === undefined) return;
      this.#unread = this.#unread.subarray(read.value.size);
      this.#handle(read.value.message);
    }
  }

  /** The kernel tells the bus who we are. */
  #logIn(): void {
    const end = this.#unread.indexOf('\r\n');
    if (end < 0 && this.#unread.length < MAX_LINE) return;
    const line = this.#unread.subarray(0, Math.max(0, end)).toString('latin1');
    this.#unread = this.#unread.subarray(end + 2);
    if (!/^OK\b/.test(line)) {
      this.#socket?.destroy();
      return;
    }
    this.#socket?.write('BEGIN\r\n');
    this.#open = true;
    this.#hello = this.#ask('Hello');
  }

  #send(message: Omit<DbusMessage, 'serial'>): number {
    const socket = this.#socket;
    this.#serial = (this.#serial + 1) >>> 0 || 1;
    if (socket === undefined || !this.#open) return 0;
    if (socket.writableLength > ROOM) socket.destroy();
    else socket.write(encodeDbus({ ...message, serial: this.#serial }));
    return this.#serial;
  }

  #ask(member: string, signature?: string, ...body: readonly (string | number)[]): number {
    const asked = { path: BUS_PATH, interface: BUS, member, destination: BUS };
    return this.#send({ kind: 'call', ...asked, ...(signature === undefined ? {} : { signature, body }) });
  }

  #handle(message: DbusMessage): void {
    const { kind, serial, sender, noReply } = message;
    if (kind === 'call') {
      const answer = this.#events.call(message);
      if (noReply === true) return;
      this.#send({
        ...answer,
        replySerial: serial,
        ...(sender === undefined ? {} : { destination: sender }),
      });
    } else if (kind === 'signal') {
      if (sender === BUS) this.#told(message);
    } else if (message.replySerial === this.#hello) this.#greeted(kind);
    else if (message.replySerial === this.#request) {
      if (kind === 'return' && message.body?.[0] === PRIMARY_OWNER) this.#acquire();
      else this.#lose();
    }
  }

  #greeted(kind: DbusMessage['kind']): void {
    if (kind === 'error') {
      this.#socket?.destroy();
      return;
    }
    this.#events.connected();
    this.#request = this.#ask('RequestName', 'su', this.#setup.name, 0);
  }

  #told({ member, body }: DbusMessage): void {
    if (body?.[0] !== this.#setup.name) return;
    if (member === 'NameAcquired') this.#acquire();
    else if (member === 'NameLost' && this.#owns) {
      this.#owns = false;
      this.#lose();
    }
  }

  #acquire(): void {
    if (this.#owns) return;
    this.#owns = true;
    this.#lossTold = false;
    this.#events.acquired();
  }

  /** Lost without a bus. */
  emit(signal: Pick<DbusMessage, 'path' | 'interface' | 'member' | 'signature' | 'body'>): void {
    this.#send({ kind: 'signal', ...signal });
  }

  close(): void {
    clearTimeout(this.#retry);
    const socket = this.#socket;
    if (socket === undefined) return;
    if (this.#owns) this.#ask('ReleaseName', 's', this.#setup.name);
    this.#socket = undefined;
    socket.end();
  }
}
