/** A probe on its own: a virtual clock, a stream or a datagram that the test plays, and the outcome. */
import type { DatagramEvents, DatagramSpec } from '../../ports/datagrams.ts';
import type { RunningMd5 } from '../../ports/md5.ts';
import type { StreamEvents, TlsSpec } from '../../ports/stream.ts';
import { Process, World } from '../../sim/world.ts';
import { seconds, type Us } from '../../units.ts';
import { ipv4 } from '../../wire/address.ts';
import type { ProbeKind, ProbeOutcome, ProbePorts } from '../probes/probe.ts';
import { unusedPorts } from './ports.ts';

export const TIMING = {
  delayLoopUs: seconds(10),
  warmupUs: seconds(0),
  retry: 1,
  delayBeforeRetryUs: seconds(1),
  logAllFailures: false,
};

export const CONNECT = { address: ipv4('10.0.0.1'), port: 80, mark: 0, timeoutUs: seconds(2) };

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);

/** It tells how much it was fed, so that a test sees what was digested. */
function countingMd5(): RunningMd5 {
  let text = '';
  return {
    update: (bytes) => {
      text += decode(bytes);
    },
    hex: () => `md5(${text})`,
  };
}

export class PlayedProbe<Config> {
  readonly world = new World();
  readonly sent: string[] = [];
  readonly bytesSent: Uint8Array[] = [];
  stream: StreamEvents | undefined;
  tls: TlsSpec | undefined;
  datagram: DatagramEvents | undefined;
  spec: DatagramSpec | undefined;
  closed = false;
  outcome: ProbeOutcome | undefined;

  constructor(kind: ProbeKind<Config>, config: Config, page = 0, more: Partial<ProbePorts> = {}) {
    const close = (): void => {
      this.closed = true;
    };
    const ports: ProbePorts = {
      ...unusedPorts,
      clock: new Process(this.world),
      md5: countingMd5,
      streams: {
        open: (_spec, request, events, tls) => {
          this.stream = events;
          this.tls = tls;
          if (request.length > 0) this.sent.push(decode(request));
          return { send: (bytes) => this.sent.push(decode(bytes)), close };
        },
      },
      datagrams: {
        send: (spec, bytes, events) => {
          this.spec = spec;
          this.datagram = events;
          this.bytesSent.push(bytes.slice());
          return { close };
        },
      },
      ...more,
    };
    const subject = { config, id: 'check', server: 'RS', virtual: 'VS', weight: 1, page };
    kind.start(ports, subject, (outcome) => {
      if (this.outcome !== undefined) throw new Error('told twice');
      this.outcome = outcome;
    });
  }

  says(text: string): this {
    this.stream?.data(encode(text));
    return this;
  }

  after(delayUs: Us): this {
    this.world.run((this.world.nowUs + delayUs) as Us);
    return this;
  }

  /** `up` or the line of a failure. */
  get verdict(): string | undefined {
    if (this.outcome === undefined) return undefined;
    const { succeeded, tried, down } = this.outcome;
    return succeeded ? 'up' : `${(tried ?? down)?.[0]}`;
  }
}
