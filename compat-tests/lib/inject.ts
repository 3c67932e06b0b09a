/** Puts frames of a case's own making on the laboratory's bridge, through `inject-sender.ts`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { hex } from './bytes.ts';
import { ipBatch, ran } from './exec.ts';
import { type ForgedAdvert, forgeAdvert } from './forge.ts';
import type { Lab } from './namespaces.ts';
import { Unavailable, until } from './poll.ts';

export const VNI = 7;
export const VXLAN_PORT = 4789;

export class Injector {
  readonly #child: ChildProcess;
  readonly #ns: string;

  private constructor(child: ChildProcess, ns: string) {
    this.#child = child;
    this.#ns = ns;
  }

  static async start(lab: Lab): Promise<Injector> {
    const options = ['id', `${VNI}`, 'dstport', `${VXLAN_PORT}`, 'local', '127.0.0.1', 'nolearning'];
    const added = await ran(['ip', '-n', lab.switchNs, 'link', 'add', 'vx0', 'type', 'vxlan', ...options]);
    if (added.code !== 0) throw new Unavailable('no vxlan in the kernel');
    await ipBatch(lab.switchNs, ['link set vx0 master br0 up']);
    const sender = fileURLToPath(new URL('./inject-sender.ts', import.meta.url));
    const command = ['netns', 'exec', lab.switchNs, process.execPath, sender];
    const child = spawn('ip', command, { stdio: ['pipe', 'pipe', 'inherit'] });
    const injector = new Injector(child, lab.switchNs);
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await until(() => said.includes('ready') || child.exitCode !== null, 10_000, 'the injector');
    return injector;
  }

  send(advert: ForgedAdvert): void {
    this.#command(`send ${hex(forgeAdvert(advert))}`);
  }

  /** A complete Ethernet frame. */
  sendFrame(frame: Uint8Array): void {
    this.#command(`send ${hex(frame)}`);
  }

  /** Sends the advert now and then `count` of it every `everyMs`, in place of what was repeated before. */
  repeat(advert: ForgedAdvert, everyMs: number, count = 1): void {
    this.repeatFrame(forgeAdvert(advert), everyMs, count);
  }

  repeatFrame(frame: Uint8Array, everyMs: number, count = 1): void {
    this.#command(`repeat ${everyMs} ${count} ${hex(frame)}`);
  }

  /** Ends the repetition. */
  hush(): void {
    this.#command('hush');
  }

  #command(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  async stop(): Promise<void> {
    this.#child.stdin?.end();
    await until(() => this.#child.exitCode !== null, 5_000, 'the injector to end');
    await ipBatch(this.#ns, ['link del vx0']);
  }
}
