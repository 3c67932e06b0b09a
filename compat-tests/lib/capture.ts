/**
 * Everything that crosses a bridge of the laboratory, live. tcpdump runs inside the bridge's namespace on
 * the bridge itself: in promiscuous mode a bridge passes unicast frames up as well, so one capture sees all
 * routers and packets of one router keep their order.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { decodeFrame, type Frame } from './frames.ts';
import { PcapStream } from './pcap.ts';
import { until } from './poll.ts';

const FILTER =
  'arp or ip proto 112 or ip proto 51 or ip6 proto 112 or (icmp6 and ip6[40] == 136) or ' +
  'udp dst port 3784 or udp dst port 4784';

export class Capture {
  readonly frames: Frame[] = [];
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves when tcpdump has attached, so nothing that follows is missed. */
  static async start(ns: string, device: string): Promise<Capture> {
    // In immediate mode every slot of the ring has the size of the snapshot: a small one makes many slots.
    const args = [
      'netns',
      'exec',
      ns,
      'tcpdump',
      '-i',
      device,
      '-w',
      '-',
      '-U',
      '-n',
      '-s',
      '512',
      '-B',
      '8192',
    ];
    args.push('--immediate-mode', '--time-stamp-precision=nano', FILTER);
    const child = spawn('ip', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const capture = new Capture(child);
    const stream = new PcapStream((bytes, atUs) => capture.frames.push(decodeFrame(bytes, atUs)));
    child.stdout.on('data', (chunk: Buffer) => stream.push(chunk));
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.on('error', (error) => {
      said += error.message;
    });
    await until(() => said.includes('listening on') || child.exitCode !== null, 15_000, `tcpdump: ${said}`);
    if (child.exitCode !== null) throw new Error(`tcpdump ended: ${said}`);
    return capture;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await until(
      () => this.#child.exitCode !== null || this.#child.signalCode !== null,
      5_000,
      'tcpdump to end',
    );
  }
}
