/**
 * SMTP_CHECK: a mail server that greets, takes a HELO and a QUIT. Dialogue and texts as seen with 2.2.7, to
 * which a reply of several lines is a wrong one. It tries again before its first verdict as well.
 */
import type { ConnectSpec } from '../../ports/connect.ts';
import type { Stream, StreamEvents, StreamFailure } from '../../ports/stream.ts';
import { addUs } from '../../units.ts';
import { formatAddress } from '../../wire/address.ts';
import { connectIdentity, notBegun } from './connection.ts';
import type {
  CheckCommon,
  LogLine,
  Probe,
  ProbeKind,
  ProbeOutcome,
  ProbePorts,
  ProbeSubject,
} from './probe.ts';

export interface SmtpCheck extends CheckCommon {
  readonly type: 'SMTP_CHECK';
  readonly connect: ConnectSpec;
  readonly heloName: string;
}

/** Longer lines than RFC 5321 section 4.5.3.1.5 has are cut off by no end of line. */
const LINE_LIMIT = 1024;

/** What is awaited, the code it has to begin with, and what the log says of another one. */
const STEPS = [
  { code: '220 ', wrong: 'smtp-bad-greeting' },
  { code: '250 ', wrong: 'smtp-bad-helo' },
  { code: '', wrong: 'smtp-bad-quit' },
] as const;

/** How mails name what the log has a line for. */
const WORDS: Readonly<Record<string, string>> = {
  'smtp-bad-greeting': 'Bad greeting banner from',
  'smtp-bad-helo': 'Bad HELO response from',
  'smtp-bad-quit': 'Bad QUIT response from',
  'smtp-no-connection': 'Could not connect to',
  'smtp-connect-timeout': 'Connection timeout to',
  'smtp-unreachable': 'Network unreachable for',
  'smtp-read-timeout': 'Read timeout from',
  'smtp-read-error': 'Read failure from',
};

const NO_REQUEST = new Uint8Array(0);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

class SmtpProbe implements StreamEvents, Probe {
  readonly #ports: ProbePorts;
  readonly #subject: ProbeSubject<SmtpCheck>;
  readonly #done: (outcome: ProbeOutcome) => void;
  readonly #limit: string;
  #stream: Stream | undefined;
  #connected = false;
  #step = 0;
  #line = '';

  constructor(ports: ProbePorts, subject: ProbeSubject<SmtpCheck>, done: (outcome: ProbeOutcome) => void) {
    this.#ports = ports;
    this.#subject = subject;
    this.#done = done;
    this.#limit = `${subject.id} limit`;
  }

  begin(): this {
    this.#await();
    this.#stream = this.#ports.streams.open(this.#subject.config.connect, NO_REQUEST, this);
    return this;
  }

  #await(): void {
    const { clock } = this.#ports;
    const dueAtUs = addUs(clock.now(), this.#subject.config.connect.timeoutUs);
    const late = () => this.#fail(this.#connected ? 'smtp-read-timeout' : 'smtp-connect-timeout');
    clock.armAt(this.#limit, dueAtUs, late);
  }

  connected(): void {
    this.#connected = true;
    this.#await();
  }

  data(bytes: Uint8Array): void {
    // The digits and blanks that count are ASCII whatever the rest may be.
    this.#line += String.fromCharCode(...bytes.subarray(0, LINE_LIMIT));
    const end = this.#line.indexOf('\n');
    if (end < 0 && this.#line.length < LINE_LIMIT) return;
    const { code, wrong } = STEPS[this.#step] ?? STEPS[2];
    if (!this.#line.startsWith(code)) this.#fail(wrong);
    else this.#next();
  }

  #next(): void {
    this.#line = '';
    this.#step++;
    this.#await();
    if (this.#step === 1) this.#stream?.send(encode(`HELO ${this.#subject.config.heloName}\r\n`));
    else if (this.#step === 2) this.#stream?.send(encode('QUIT\r\n'));
    else this.#succeed();
  }

  #succeed(): void {
    this.#end({ succeeded: true, up: ['smtp-up', this.#subject.server], mail: 'CHECK succeed on service' });
  }

  ended(): void {
    // A server that has been told to quit may do so without a word.
    if (this.#step === 2) this.#succeed();
    else this.#fail('smtp-read-error');
  }

  failed(failure: StreamFailure): void {
    const { server, config } = this.#subject;
    if (failure.kind === 'unable') this.#end(notBegun(config.connect, failure, ['smtp-comes-back']));
    else if (failure.kind === 'unreachable') {
      const address = formatAddress(config.connect.address);
      // Both without what they have elsewhere: brackets, and the protocol.
      this.#failWith(['smtp-unreachable', address, server.replace(/:[a-z]+:(?=\d+$)/, ':')]);
    } else this.#fail(this.#connected ? 'smtp-read-error' : 'smtp-no-connection');
  }

  #fail(id: string): void {
    const { address, port } = this.#subject.config.connect;
    this.#failWith([id, `[${formatAddress(address)}]:${port}`]);
  }

  #failWith(line: LogLine): void {
    const [id, peer, server] = line;
    const where = server === undefined ? peer : `${peer} - real server ${server}`;
    const mail = `CHECK failed on service : ${WORDS[id] ?? id} server ${where}`;
    this.#end({ succeeded: false, mail, tried: line, down: line, saysOnce: true });
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

export const smtpProbe: ProbeKind<SmtpCheck> = {
  identity: ({ connect, heloName }) => `${connectIdentity(connect)} ${heloName}`,
  rules: () => ({ alwaysRetries: true }),
  start: (ports, subject, done) => new SmtpProbe(ports, subject, done).begin(),
};
