/**
 * HTTP_GET and SSL_GET: a page that answers with the right status, digest or text. One page is asked for at a
 * time. Requests, order of the tests and texts as seen with 2.2.7, which names both of them HTTP_CHECK.
 */
import type { ConnectSpec } from '../../ports/connect.ts';
import type { Pattern, PatternSpec } from '../../ports/patterns.ts';
import type { Stream, StreamEvents, StreamFailure } from '../../ports/stream.ts';
import { addUs, type Us } from '../../units.ts';
import { formatAddress } from '../../wire/address.ts';
import { connectIdentity, notBegun } from './connection.ts';
import { HttpAnswer } from './http-answer.ts';
import type {
  CheckCommon,
  LogLine,
  Probe,
  ProbeKind,
  ProbeOutcome,
  ProbePorts,
  ProbeSubject,
} from './probe.ts';

export interface StatusRange {
  readonly first: number;
  readonly last: number;
}

export interface PageRegex extends PatternSpec {
  /** A match is a failure. */
  readonly unwanted: boolean;
  readonly minOffset: number;
  readonly maxOffset: number;
}

export interface Page {
  readonly path: string;
  readonly virtualhost?: string;
  /** What the page itself says, for dumps. */
  readonly ownVirtualhost?: string;
  readonly status: readonly StatusRange[];
  /** MD5 of the body, 32 hexadecimal digits in lower case. */
  readonly digest?: string;
  readonly regex?: PageRegex;
}

export interface HttpCheck extends CheckCommon {
  readonly type: 'HTTP_GET' | 'SSL_GET';
  readonly connect: ConnectSpec;
  readonly pages: readonly Page[];
  readonly protocol: '1.0' | '1.0C' | '1.1';
  readonly fastRecovery: boolean;
  /** What the check itself says, for dumps. */
  readonly ownVirtualhost?: string;
  /** Server name in the TLS handshake: that of the page, another one, or none. */
  readonly sni: 'page' | { readonly name: string } | undefined;
}

/** An answer that goes on for this many times the time limit of a step is none. */
const STEPS = 20;

const HEAD: Readonly<Record<HttpCheck['protocol'], string>> = {
  '1.0': 'HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\n',
  '1.0C': 'HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nConnection: close\r\n',
  '1.1': 'HTTP/1.1\r\nUser-Agent: KeepAliveClient\r\nConnection: close\r\n',
};

export function requestText({ protocol, connect }: HttpCheck, { path, virtualhost }: Page): string {
  const { address, port } = connect;
  const text = formatAddress(address);
  const host = virtualhost ?? `${address.length === 16 ? `[${text}]` : text}:${port}`;
  return `GET ${path} ${HEAD[protocol]}Host: ${host}\r\n\r\n`;
}

/** Requests do not change, and encoding one takes longer than sending it. */
const encodedRequests = new WeakMap<Page, Uint8Array>();

function requestOf(check: HttpCheck, page: Page): Uint8Array {
  const known = encodedRequests.get(page);
  if (known !== undefined) return known;
  const bytes = new TextEncoder().encode(requestText(check, page));
  encodedRequests.set(page, bytes);
  return bytes;
}

const compiled = new WeakMap<PageRegex, Pattern | string>();

function patternOf(regex: PageRegex, { patterns }: ProbePorts): Pattern | string {
  const known = compiled.get(regex);
  if (known !== undefined) return known;
  const result = patterns.compile(regex);
  const pattern = result.ok ? result.value : result.error;
  compiled.set(regex, pattern);
  return pattern;
}

const passedId = ({ digest, regex }: Page): string =>
  digest !== undefined
    ? 'http-digest-success'
    : regex !== undefined
      ? 'http-regex-success'
      : 'http-status-success';

function isIn(
  answer: HttpAnswer,
  pattern: Pattern,
  { minOffset, maxOffset }: PageRegex,
): boolean | undefined {
  const text = answer.text();
  const found = pattern.matches(text, minOffset, maxOffset);
  if (found !== false || !pattern.anchored) return found;
  for (const from of answer.beginnings) {
    if (from === 0) continue;
    const found = pattern.matches(text.subarray(from), Math.max(0, minOffset - from), maxOffset - from);
    if (found !== false) return found;
  }
  return false;
}

/** Undefined when the page is as it should be. */
function fault(answer: HttpAnswer, page: Page, ports: ProbePorts, server: string): LogLine | undefined {
  const { status, digest, regex } = page;
  const got = answer.status ?? 0;
  if (!status.some(({ first, last }) => got >= first && got <= last)) return ['http-status-error', server];
  if (digest !== undefined && answer.digest() !== digest) return ['http-digest-error', server];
  if (regex === undefined) return undefined;
  const pattern = patternOf(regex, ports);
  if (typeof pattern === 'string') return ['http-regex-unusable', server, regex.source, pattern];
  const found = isIn(answer, pattern, regex);
  if (found === undefined) return ['http-regex-too-long', server, regex.source];
  return found === regex.unwanted ? ['http-regex-error', server] : undefined;
}

class HttpProbe implements StreamEvents, Probe {
  readonly #ports: ProbePorts;
  readonly #subject: ProbeSubject<HttpCheck>;
  readonly #page: Page;
  readonly #done: (outcome: ProbeOutcome) => void;
  readonly #answer: HttpAnswer;
  readonly #limit: string;
  readonly #startedUs: Us;
  #connected = false;
  #stream: Stream | undefined;

  constructor(
    ports: ProbePorts,
    subject: ProbeSubject<HttpCheck>,
    page: Page,
    done: (outcome: ProbeOutcome) => void,
  ) {
    this.#ports = ports;
    this.#subject = subject;
    this.#page = page;
    this.#done = done;
    this.#limit = `${subject.id} limit`;
    this.#startedUs = ports.clock.now();
    const { digest, regex } = page;
    this.#answer = new HttpAnswer({ digest: digest !== undefined, text: regex !== undefined }, ports.md5);
  }

  begin(): this {
    const { config } = this.#subject;
    this.#await();
    this.#stream = this.#ports.streams.open(
      config.connect,
      requestOf(config, this.#page),
      this,
      config.type === 'SSL_GET' ? this.#tls() : undefined,
    );
    return this;
  }

  #tls(): { readonly serverName?: string } {
    const { sni } = this.#subject.config;
    const name = sni === 'page' ? this.#page.virtualhost : sni?.name;
    return name === undefined ? {} : { serverName: name };
  }

  /** Every step has the time limit for itself, as upstream's have; all of them together have one as well. */
  #await(): void {
    const { clock } = this.#ports;
    const { timeoutUs } = this.#subject.config.connect;
    const step = addUs(clock.now(), timeoutUs);
    const all = addUs(this.#startedUs, (timeoutUs * STEPS) as Us);
    clock.armAt(this.#limit, Math.min(step, all) as Us, () =>
      this.#fail([this.#lateId(), this.#subject.server]),
    );
  }

  #lateId(): string {
    if (!this.#connected) return 'http-timeout-connect';
    if (this.#subject.config.type === 'SSL_GET') return 'http-timeout-ssl';
    return this.#answer.begun ? 'http-timeout-read' : 'http-timeout-web';
  }

  connected(): void {
    this.#connected = true;
    this.#await();
  }

  data(bytes: Uint8Array): void {
    if (!this.#answer.take(bytes)) this.#fail(['http-no-data', this.#subject.server]);
    else this.#await();
  }

  ended(): void {
    const { server } = this.#subject;
    if (this.#answer.status === undefined) {
      this.#fail(['http-no-data', server]);
      return;
    }
    const wrong = fault(this.#answer, this.#page, this.#ports, server);
    if (wrong !== undefined) {
      this.#fail(wrong);
      return;
    }
    this.#end({
      succeeded: true,
      up: ['http-up', server],
      mail: 'CHECK succeed on service',
      passed: [passedId(this.#page), server, this.#page.path],
    });
  }

  failed(failure: StreamFailure): void {
    const { server, config } = this.#subject;
    if (failure.kind === 'unable') this.#end(notBegun(config.connect, failure, ['web-comes-back']));
    else if (failure.kind === 'unreachable') this.#fail(['http-unreachable', server]);
    else if (failure.kind === 'tls') this.#fail(['http-ssl-error', server]);
    else this.#fail([this.#connected ? 'http-read-error' : 'http-connect-failed', server]);
  }

  #fail(tried: LogLine): void {
    const down: LogLine = ['http-check-failed', this.#subject.server];
    const mail = 'CHECK failed on service : HTTP request failed';
    this.#end({ succeeded: false, tried, down, onlyIfUp: 'down', mail });
  }

  #end(outcome: ProbeOutcome): void {
    this.cancel();
    this.#done(outcome);
  }

  cancel(): void {
    this.#ports.clock.cancel(this.#limit);
    this.#stream?.close();
  }
}

const NO_PAGE: Page = { path: '/', status: [] };

export const httpProbe: ProbeKind<HttpCheck> = {
  identity: ({ connect, pages, protocol, sni }) =>
    `${connectIdentity(connect)} ${JSON.stringify([pages, protocol, sni])}`,
  rules: ({ pages, fastRecovery }) => ({ course: { pages: pages.length, fast: fastRecovery } }),
  start: (ports, subject, done) =>
    new HttpProbe(ports, subject, subject.config.pages[subject.page] ?? NO_PAGE, done).begin(),
};
