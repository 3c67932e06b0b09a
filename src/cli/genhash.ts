/**
 * genhash: asks a web server for a page and prints the MD5 that a check of it would compare with. In: words
 * of the command line. Out: the digest, with -v everything that came. Output and exit statuses of 2.2.7,
 * where a server that cannot be asked is no error.
 */
import { isIP } from 'node:net';
import { type HttpCheck, requestText } from '../health/probes/http.ts';
import { HttpAnswer } from '../health/probes/http-answer.ts';
import type { StreamEvents } from '../ports/stream.ts';
import { createExchanger } from '../runtime/exchanger.ts';
import { createLoop } from '../runtime/loop.ts';
import { beginMd5 } from '../runtime/md5.ts';
import { createStreams } from '../runtime/stream-linux.ts';
import { tlsSettings } from '../runtime/tls-settings.ts';
import { addUs, seconds, type Us } from '../units.ts';
import { ipv4, ipv6 } from '../wire/address.ts';
import { type OptionSpec, readCommandLine } from './getopt.ts';
import { hexLines } from './hex-lines.ts';
import type { Output } from './output.ts';

export const genhashOptions: readonly OptionSpec[] = [
  { long: 'use-ssl', short: 'S', argument: 'none' },
  { long: 'use-sni', short: 'I', argument: 'none' },
  { long: 'server', short: 's', argument: 'required' },
  { long: 'port', short: 'p', argument: 'required' },
  { long: 'url', short: 'u', argument: 'required' },
  { long: 'use-virtualhost', short: 'V', argument: 'required' },
  { long: 'verbose', short: 'v', argument: 'none' },
  { long: 'help', short: 'h', argument: 'none' },
  { long: 'fwmark', short: 'm', argument: 'required' },
  { long: 'protocol', short: 'P', argument: 'required' },
  { long: 'timeout', short: 't', argument: 'required' },
];

export const HELP = `usage: genhash -s ADDRESS -p PORT -u URL [options]
  -s, --server ADDRESS         web server to ask
  -p, --port PORT              its port
  -u, --url URL                path of the page
  -S, --use-ssl                over TLS
  -I, --use-sni                name the virtual host in the TLS handshake
  -V, --use-virtualhost NAME   virtual host to ask for
  -P, --protocol VERSION       1.0, 1.0c (with Connection: close) or 1.1
  -m, --fwmark MARK            mark of the packets
  -t, --timeout SECONDS        for the connection, and for each part of the answer
  -v, --verbose                print everything that comes
  -h, --help                   this text
`;

const DEFAULT_TIMEOUT_S = 5;
const PROTOCOLS: Readonly<Record<string, HttpCheck['protocol']>> = {
  '1.0': '1.0',
  '1.0c': '1.0C',
  '1.0C': '1.0C',
  '1.1': '1.1',
};

interface Question {
  readonly check: HttpCheck;
  readonly verbose: boolean;
}

/** The question, or what is wrong with it. */
function read(args: readonly string[]): Question | string {
  const line = readCommandLine(args, genhashOptions);
  if (!line.ok) return HELP;
  const given = new Map(line.options.map(({ long, value }) => [long, value ?? '']));
  const [server, port, path] = ['server', 'port', 'url'].map((name) => given.get(name));
  if (given.has('help')) return HELP;
  if (line.words.length > 0) return `Unexpected argument(s): ${line.words.join(' ')}\n${HELP}`;
  if (server !== undefined && isIP(server) === 0) return `server should be an IP, not ${server}\n${HELP}`;
  if (port !== undefined && !isPort(port)) return `invalid port number '${port}'\n${HELP}`;
  const protocol = PROTOCOLS[given.get('protocol') ?? '1.0'];
  const version = given.get('protocol');
  if (protocol === undefined) return `invalid HTTP protocol version '${version}'\n${HELP}`;
  const timeoutS = Number(given.get('timeout') ?? DEFAULT_TIMEOUT_S);
  const mark = Number(given.get('fwmark') ?? 0);
  if (server === undefined || port === undefined || path === undefined) return HELP;
  if (!(timeoutS > 0) || !Number.isInteger(mark) || mark < 0) return HELP;
  const virtualhost = given.get('use-virtualhost');
  const address = isIP(server) === 4 ? ipv4(server) : ipv6(server);
  const check: HttpCheck = {
    type: given.has('use-ssl') ? 'SSL_GET' : 'HTTP_GET',
    timing: {
      delayLoopUs: 0 as Us,
      warmupUs: 0 as Us,
      retry: 0,
      delayBeforeRetryUs: 0 as Us,
      logAllFailures: false,
    },
    alpha: false,
    connect: { address, port: Number(port), mark, timeoutUs: seconds(timeoutS) },
    pages: [{ path, status: [], ...(virtualhost === undefined ? {} : { virtualhost }) }],
    protocol,
    fastRecovery: false,
    sni: given.has('use-sni') ? 'page' : undefined,
  };
  return { check, verbose: given.has('verbose') };
}

const isPort = (text: string): boolean => /^\d+$/.test(text) && Number(text) > 0 && Number(text) < 65_536;

interface Answered {
  readonly answer: HttpAnswer;
  readonly tookUs: number;
}

/** The answer, or what became of the attempt. */
function ask(check: HttpCheck): Promise<Answered | string> {
  const loop = createLoop();
  const settings = tlsSettings({}, () => undefined);
  const streams = createStreams(loop, createExchanger(loop), () => settings);
  const answer = new HttpAnswer({ digest: true, text: true }, beginMd5);
  const startedUs = loop.now();
  const [page] = check.pages;
  return new Promise<Answered | string>((resolve) => {
    let connected = false;
    const wait = (): void => {
      const late = (): void => resolve(connected ? 'Timeout WEB read' : 'Timeout connecting');
      loop.armAt('limit', addUs(loop.now(), check.connect.timeoutUs), late);
    };
    const events: StreamEvents = {
      connected: () => {
        connected = true;
        wait();
      },
      data: (bytes) => {
        if (answer.take(bytes)) wait();
        else resolve('Read, no data received');
      },
      ended: () => {
        const whole = answer.status !== undefined;
        resolve(whole ? { answer, tookUs: loop.now() - startedUs } : 'Read, no data received');
      },
      failed: ({ kind }) => resolve(kind === 'tls' ? 'SSL handshake failed' : 'Connection failed'),
    };
    wait();
    const request = new TextEncoder().encode(page === undefined ? '' : requestText(check, page));
    const name = check.sni === 'page' ? page?.virtualhost : undefined;
    const tls = check.type === 'SSL_GET' ? (name === undefined ? {} : { serverName: name }) : undefined;
    streams.open(check.connect, request, events, tls);
  }).finally(() => loop.close());
}

const title = (text: string): string => `-----------------------[${text}]-----------------------\n`;

function show({ answer, tookUs }: Answered, path: string, verbose: boolean, { out }: Output): void {
  const digest = answer.digest() ?? '';
  if (!verbose) {
    out(`${digest}\n`);
    return;
  }
  const text = answer.text();
  const header = text.subarray(0, answer.headerLength);
  const hash = Uint8Array.from(Buffer.from(digest, 'hex'));
  out(
    [
      title('    HTTP Header Buffer    '),
      hexLines(header),
      title(' HTTP Header Ascii Buffer '),
      `${Buffer.from(header).toString('latin1')}\n`,
      title('        HTML Buffer        '),
      `${hexLines(text.subarray(answer.headerLength))}\n`,
      title('    HTML hash resulting    '),
      hexLines(hash),
      title(' HTML hash final resulting '),
      `${digest}\n\nGlobal response time for [${path}] = ${tookUs} usecs\n`,
    ].join(''),
  );
}

export async function runGenhash(args: readonly string[], output: Output): Promise<0 | 1> {
  const question = read(args);
  if (typeof question === 'string') {
    output.err(question);
    return 1;
  }
  const { check, verbose } = question;
  const answered = await ask(check);
  if (typeof answered === 'string') output.out(`${answered}\n`);
  else show(answered, check.pages[0]?.path ?? '', verbose, output);
  return 0;
}
