/**
 * Posts JSON to webhooks: in order, one at a time for each, tried again with growing pauses. A receiver that
 * is slow, gone or hostile costs the daemon a line in the log and a bounded amount of memory.
 */
import { readFileSync } from 'node:fs';
import type { ClientRequest, RequestOptions } from 'node:http';
import type { WebhookSetup } from '../ports/webhook.ts';

type Log = (id: string, args: readonly (string | number)[]) => void;

export interface Webhooks {
  /** Those that are not among them any more lose what they have not delivered. */
  configure(setups: readonly WebhookSetup[]): void;
  /** `body` is only made where there is a receiver. */
  post(body: () => string): void;
  /** Nothing waits and nothing is on its way. */
  idle(): boolean;
  /** Called whenever that becomes true. */
  onIdle(listener: () => void): void;
  close(): void;
}

export interface WebhookPauses {
  readonly firstMs: number;
  readonly longestMs: number;
}

const PAUSES: WebhookPauses = { firstMs: 1_000, longestMs: 60_000 };
/** Bodies that wait for one receiver; the oldest of more is dropped. */
const ROOM = 500;
/** "Too Many Requests" and "Request Timeout" may pass, as every error of the server may. */
const worthAnother = (status: number): boolean => status >= 500 || status === 408 || status === 429;

/** Why an attempt failed, and whether the next one could do better; undefined = delivered. */
type Failure = { readonly why: string; readonly final: boolean } | undefined;

class Receiver {
  readonly setup: WebhookSetup;
  readonly #log: Log;
  readonly #pauses: WebhookPauses;
  readonly #idle: () => void;
  readonly #waiting: string[] = [];
  #request: ClientRequest | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #closed = false;

  constructor(setup: WebhookSetup, log: Log, pauses: WebhookPauses, idle: () => void) {
    this.setup = setup;
    this.#log = log;
    this.#pauses = pauses;
    this.#idle = idle;
  }

  get idle(): boolean {
    return this.#waiting.length === 0;
  }

  post(body: string): void {
    this.#waiting.push(body);
    if (this.#waiting.length > ROOM) {
      // The first one may be on its way.
      this.#waiting.splice(1, 1);
      this.#log('webhook-dropped', [this.setup.name]);
    }
    if (this.#request === undefined && this.#timer === undefined) this.#attempt();
  }

  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
    clearTimeout(this.#timer);
    this.#request?.destroy();
  }

  #attempt(): void {
    const [body] = this.#waiting;
    if (body === undefined || this.#closed) return;
    const { name, retries } = this.setup;
    this.#send(body, (failure) => {
      this.#request = undefined;
      if (this.#closed) return;
      if (failure !== undefined && !failure.final && this.#failures < retries) {
        this.#failures += 1;
        const pause = Math.min(this.#pauses.firstMs * 2 ** (this.#failures - 1), this.#pauses.longestMs);
        if (this.#failures === 1) this.#log('webhook-failed', [name, failure.why]);
        this.#timer = setTimeout(() => {
          this.#timer = undefined;
          this.#attempt();
        }, pause);
        this.#timer.unref();
        return;
      }
      if (failure !== undefined) this.#log('webhook-given-up', [name, failure.why, this.#failures + 1]);
      this.#failures = 0;
      this.#waiting.shift();
      if (this.idle) this.#idle();
      else this.#attempt();
    });
  }

  /** Calls `done` once, never in the frame of the caller. */
  #send(body: string, done: (failure: Failure) => void): void {
    let settled = false;
    const settle = (failure: Failure): void => {
      if (settled) return;
      settled = true;
      clearTimeout(limit);
      queueMicrotask(() => done(failure));
    };
    const limit = setTimeout(() => {
      settle({ why: 'no answer in time', final: false });
      this.#request?.destroy();
    }, this.setup.timeoutUs / 1000);
    limit.unref();
    try {
      const request = startRequest(this.setup, body);
      this.#request = request;
      request.on('response', (answer) => {
        const status = answer.statusCode ?? 0;
        // Nobody reads what else is said, however much that is.
        answer.destroy();
        if (status >= 200 && status < 300) settle(undefined);
        else settle({ why: `status ${status}`, final: !worthAnother(status) });
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        settle({ why: error.code ?? error.message, final: false });
      });
      request.on('close', () => settle({ why: 'connection closed', final: false }));
      // A request on its way keeps no process alive that has nothing else to do.
      request.on('socket', (socket) => socket.unref());
      request.end(body);
    } catch (error) {
      // The file of the authorities cannot be read.
      settle({ why: error instanceof Error ? error.message : String(error), final: false });
    }
  }
}

/** The modules are loaded by the first notice: most daemons have no webhook. */
function startRequest({ url, secretHeader, caFile }: WebhookSetup, body: string): ClientRequest {
  const options: RequestOptions & { ca?: Buffer } = {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'alived',
      ...(secretHeader === undefined ? {} : { [secretHeader.name]: secretHeader.value }),
    },
  };
  if (!url.startsWith('https:')) return process.getBuiltinModule('node:http').request(url, options);
  if (caFile !== undefined) options.ca = readFileSync(caFile);
  return process.getBuiltinModule('node:https').request(url, options);
}

const same = (a: WebhookSetup, b: WebhookSetup): boolean => JSON.stringify(a) === JSON.stringify(b);

export function createWebhooks(log: Log, pauses = PAUSES): Webhooks {
  let receivers: Receiver[] = [];
  let listener = (): void => undefined;
  const idle = (): boolean => receivers.every((receiver) => receiver.idle);
  const quiet = (): void => {
    if (idle()) listener();
  };
  return {
    configure(setups) {
      const before = receivers;
      receivers = setups.map(
        (setup) =>
          before.find((receiver) => same(receiver.setup, setup)) ?? new Receiver(setup, log, pauses, quiet),
      );
      for (const receiver of before) if (!receivers.includes(receiver)) receiver.close();
    },
    post(body) {
      if (receivers.length === 0) return;
      const text = body();
      for (const receiver of receivers) receiver.post(text);
    },
    idle,
    onIdle(on) {
      listener = on;
    },
    close() {
      for (const receiver of receivers) receiver.close();
    },
  };
}
