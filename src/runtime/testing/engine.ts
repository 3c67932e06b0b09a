/** The real engine for tests: started as the parent starts it, with raw sockets on loopback to send by. */
import { type ChildProcess, spawn } from 'node:child_process';
import { decodeAnswer, type EngineAnswer, type RawDatagram } from '../../engine/wire.ts';
import type { VrrpSocket } from '../../ports/net.ts';
import { ok } from '../../result.ts';
import { controlBuffer } from '../cmsg.ts';
import { AF_INET, EPOLLIN, SCM_RIGHTS, SOCK_RAW, SOL_SOCKET } from '../constants.ts';
import { engineFile } from '../engine-file.ts';
import { createEventPair } from '../event-socket.ts';
import { native } from '../native.ts';
import { int32Bytes, rawDatagram } from '../raw-datagram.ts';
import type { Train } from '../trains.ts';
import { unwrap } from './unwrap.ts';

/** "Use for experimentation and testing" (RFC 3692), and the other one of these two. */
const PROTOCOL = 253;
export const OTHER_PROTOCOL = 254;
const LOOPBACK = Uint8Array.of(127, 0, 0, 1);
const IPV4_HEADER = 20;

/** What a test lacks, for `skip`; false when it lacks nothing. */
export const missingForEngine = (): string | false =>
  process.getuid?.() === 0 ? false : 'root (CAP_NET_RAW) is missing';

export class TestEngine {
  /** For the owner of the rules. */
  readonly ownerEnd: number;
  readonly #end: number;
  readonly #file: string;
  process: ChildProcess;

  constructor(file = unwrap(engineFile())) {
    const [end, ownerEnd] = unwrap(createEventPair());
    this.#file = file;
    this.#end = end;
    this.ownerEnd = ownerEnd;
    this.process = this.#spawn();
  }

  #spawn(): ChildProcess {
    return spawn(this.#file, [], { stdio: ['ignore', 'inherit', 'inherit', this.#end], env: {} });
  }

  async kill(): Promise<void> {
    const gone = new Promise((done) => this.process.once('exit', done));
    this.process.kill('SIGKILL');
    await gone;
  }

  /** A successor, on the same socket. */
  respawn(): void {
    this.process = this.#spawn();
  }

  async end(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.kill();
    native.close(this.#end);
    native.close(this.ownerEnd);
  }
}

/** A pair of raw sockets: what is sent through the one arrives at the other. */
export class TestOutlet {
  /** What was delivered through its socket: the first byte of each payload. */
  readonly delivered: number[] = [];
  /** Whether this process is to read it. */
  reads = true;
  readonly #in: number;
  readonly #out: number;
  readonly #buffer = new Uint8Array(2048);

  /** Every outlet of a protocol hears all of them. */
  constructor(protocol = PROTOCOL) {
    this.#in = native.socket(AF_INET, SOCK_RAW, protocol);
    this.#out = native.socket(AF_INET, SOCK_RAW, protocol);
    this.socket = this.#socket(protocol);
  }

  readonly socket: VrrpSocket;

  #socket(protocol: number): VrrpSocket {
    return {
      spec: { family: 4, ifindex: 0, ifname: '', protocol },
      fdIn: this.#in,
      fdOut: this.#out,
      send: () => ok(undefined),
      drain: () => undefined,
      reading: (on) => {
        this.reads = on;
      },
      deliver: ({ bytes }) => this.delivered.push(bytes[IPV4_HEADER] ?? -1),
      setReceiveBuffer: () => undefined,
      close: () => undefined,
    };
  }

  /** Of the first byte of everything that has arrived. */
  taken(): number[] {
    const seen: number[] = [];
    for (;;) {
      const length = native.recvmsg(this.#in, this.#buffer, null, null, 0, new Int32Array(3));
      if (length <= 0) return seen;
      seen.push(this.#buffer[IPV4_HEADER] ?? -1);
    }
  }

  /** Waits for this many. */
  next(count: number): number[] {
    const seen = this.taken();
    while (seen.length < count && native.waitReady(this.#in, EPOLLIN, 5000) > 0) seen.push(...this.taken());
    return seen;
  }

  /** Something arrives. */
  send(...bytes: number[]): void {
    const { address, data } = this.raw(...bytes);
    native.sendmsg(this.#out, data, address, null, 0);
  }

  /** The control message that takes the socket along. */
  get descriptor(): Uint8Array {
    return controlBuffer([{ level: SOL_SOCKET, type: SCM_RIGHTS, data: int32Bytes(this.#out) }]);
  }

  raw(...bytes: number[]): RawDatagram {
    return rawDatagram(this.socket.spec, this.datagram(...bytes));
  }

  /** What leaves once, in lots of these sizes. */
  train(...lots: (readonly number[])[]): Train {
    const bursts = lots.map((bytes) => ({
      fd: this.#out,
      step: 2,
      datagrams: bytes.map((byte) => this.raw(byte)),
    }));
    return { bursts, whole: true };
  }

  datagram(...bytes: number[]) {
    return { bytes: Uint8Array.from(bytes), destination: LOOPBACK };
  }

  close(): void {
    native.close(this.#in);
    native.close(this.#out);
  }
}

/** Says one thing to an engine and returns its answer; undefined when none comes. */
export function exchange(
  fd: number,
  message: Uint8Array,
  control: Uint8Array | null = null,
): EngineAnswer | undefined {
  native.sendmsg(fd, message, null, control, 0);
  return hear(fd);
}

export function hear(fd: number, waitMs = 5000): EngineAnswer | undefined {
  const buffer = new Uint8Array(4096);
  if (native.waitReady(fd, EPOLLIN, waitMs) <= 0) return undefined;
  const length = native.recvmsg(fd, buffer, null, null, 0, new Int32Array(3));
  return length > 0 ? decodeAnswer(buffer.subarray(0, length)) : undefined;
}
