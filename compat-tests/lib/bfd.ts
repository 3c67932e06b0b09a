/**
 * BFD as the laboratory sees it, decoded independently of alived's own codecs: control packets (RFC 5880
 * 4.1), their story, and which lines of a log are about sessions. Discriminators are chance, so each gets a
 * name: the router and a number in the order of appearance.
 */
import { be16, hex } from './bytes.ts';

/** Of a control packet over UDP, without what all frames have. */
export interface BfdFields {
  readonly kind: 'bfd';
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  readonly tos: number;
  readonly dontFragment: boolean;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly state: string;
  readonly diagnostic: number;
  /** Letters of the flags that are set: P, F, C, A, D, M. */
  readonly flags: string;
  readonly multiplier: number;
  readonly length: number;
  readonly mine: number;
  readonly yours: number;
  readonly txUs: number;
  readonly rxUs: number;
  /** Version, and the echo interval at the end: the same in every packet of these daemons. */
  readonly rest: string;
}

const STATES = ['AdminDown', 'Down', 'Init', 'Up'];
const FLAGS = ['P', 'F', 'C', 'A', 'D', 'M'];
export const BFD_PORTS: readonly number[] = [3784, 4784];

type Ip = Pick<BfdFields, 'source' | 'destination' | 'ttl' | 'tos' | 'dontFragment'>;

/** `udp` begins with its header; undefined when it is not for a BFD port or too short for a packet. */
export function bfdFields(ip: Ip, udp: Uint8Array): BfdFields | undefined {
  const destinationPort = be16(udp, 2);
  const b = udp.subarray(8);
  if (!BFD_PORTS.includes(destinationPort) || b.length < 24) return undefined;
  const be32 = (at: number): number => be16(b, at) * 0x1_0000 + be16(b, at + 2);
  const second = b[1] ?? 0;
  return {
    kind: 'bfd',
    ...ip,
    sourcePort: be16(udp, 0),
    destinationPort,
    state: STATES[second >> 6] ?? '',
    diagnostic: (b[0] ?? 0) & 31,
    flags: FLAGS.filter((_, at) => (second & (32 >> at)) !== 0).join(''),
    multiplier: b[2] ?? 0,
    length: b[3] ?? 0,
    mine: be32(4),
    yours: be32(8),
    txUs: be32(12),
    rxUs: be32(16),
    rest: `v${(b[0] ?? 0) >> 5} echo ${hex(b.subarray(20))}`,
  };
}

/** Names for discriminators, in the order in which a router used them. */
export class Discriminators {
  /** By router and number: two keepalived of one second draw the same. */
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  note(router: string, { mine }: BfdFields): void {
    const key = `${router} ${mine}`;
    if (this.#names.has(key)) return;
    const count = (this.#counts.get(router) ?? 0) + 1;
    this.#counts.set(router, count);
    this.#names.set(key, `${router}${count}`);
  }

  own(router: string, { mine }: BfdFields): string {
    return this.#names.get(`${router} ${mine}`) ?? 'unknown';
  }

  /** What the router calls its peer by. */
  peer(router: string, { yours }: BfdFields): string {
    if (yours === 0) return '0';
    const others = [...this.#names].filter(([key]) => !key.startsWith(`${router} `));
    return others.find(([key]) => key.endsWith(` ${yours}`))?.[1] ?? 'unknown';
  }
}

/**
 * The packets of one router, one line for a run of equal ones. `last` holds the line before for each peer, as
 * the run may have begun in an earlier phase.
 */
export function bfdStory(
  router: string,
  packets: readonly BfdFields[],
  names: Discriminators,
  last: Map<string, string>,
): string[] {
  const story: string[] = [];
  for (const p of packets) {
    const ports =
      p.sourcePort >= 49152 ? `${p.destinationPort}` : `${p.destinationPort} from ${p.sourcePort}`;
    const ip = `${p.source} > ${p.destination} ttl ${p.ttl} tos ${p.tos}${p.dontFragment ? ' DF' : ''}`;
    const what = `${p.state} diag ${p.diagnostic}${p.flags === '' ? '' : ` ${p.flags}`}`;
    const intervals = `x${p.multiplier} tx ${p.txUs} rx ${p.rxUs} len ${p.length} ${p.rest}`;
    const who = `my ${names.own(router, p)} your ${names.peer(router, p)}`;
    const line = `${what} ${who} ${intervals}, ${ip} ${ports}`;
    if (last.get(p.destination) !== line) story.push(line);
    last.set(p.destination, line);
  }
  return story;
}

const SESSION_LINE = new RegExp(
  '^(?:\\(\\S+\\) (?:Entering (?:Up|Down|AdminDown) state|Starting poll|Expired after|Error sending|' +
    'bind\\(\\) error|Unable to open output|-+< Session)|' +
    'min_tx {2}min_rx|local {2}|remote {2}|Detection time is|Discarding |' +
    "Packet (?:is|has|size|ttl|hop_limit|')|(?:bind|sendto)\\(\\) error|" +
    'Unable to open listening|Reload finished)',
);

/** Whether a trimmed line is one that only the BFD process writes. */
export const isSessionLine = (text: string): boolean => SESSION_LINE.test(text);
export const isEventLine = (text: string): boolean => text.startsWith('Received BFD event');

/** Takes out what differs from run to run. */
export function tidyBfdLine(text: string): string {
  return text
    .replace(/\(delivered in \d+ usec\)/, '(delivered in N usec)')
    .replace(/Reload finished in \d+ usec/, 'Reload finished in N usec')
    .replace(/Expired after \d+ ms \(\d+ usec overdue\)/, 'Expired after N ms (N usec overdue)')
    .replace(/from \[(\S+)\]:\d+/, 'from [$1]:N')
    .replace(/field is 0x[0-9a-f]{8}\b/, 'field is 0xN');
}
