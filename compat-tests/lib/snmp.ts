/** The SNMP agent of a router, net-snmp's, and what it is asked and told. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ran } from './exec.ts';
import { until } from './poll.ts';
import { needPrograms } from './requirements.ts';
import type { Router } from './router.ts';

const PORT = 1161;
const TRAP_PORT = 1162;
const ADDRESS = `127.0.0.1:${PORT}`;
/** Shorter names of the parts of the tree. */
const PARTS = [
  ['.1.3.6.1.4.1.9586.100.5.', 'keepalived.'],
  ['.1.3.6.1.2.1.68.', 'vrrp2.'],
  ['.1.3.6.1.2.1.207.', 'vrrp3.'],
] as const;

const shortened = (text: string): string =>
  PARTS.reduce((line, [long, short]) => line.replaceAll(long, short), text);
const lengthened = (name: string): string =>
  PARTS.reduce((text, [long, short]) => (text.startsWith(short) ? text.replace(short, long) : text), name);

export class SnmpAgent {
  readonly #router: Router;
  readonly #traps: string;
  #daemons: ChildProcess[] = [];

  private constructor(router: Router) {
    this.#router = router;
    this.#traps = join(router.dir, 'traps');
  }

  /** Where AgentX clients connect, for -A. */
  get socket(): string {
    return `unix:${this.#router.dir}/agentx`;
  }

  static async start(router: Router): Promise<SnmpAgent> {
    needPrograms('snmpd', 'snmpwalk', 'snmptrapd');
    const agent = new SnmpAgent(router);
    await agent.#listen();
    await agent.serve();
    return agent;
  }

  #spawn(...command: readonly string[]): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', this.#router.ns, ...command], {
      stdio: 'ignore',
      env: { ...process.env, MIBS: '' },
    });
    this.#daemons.push(child);
    return child;
  }

  async #listen(): Promise<void> {
    const more = ['-C', '-On', '-m', '', '--disableAuthorization=yes', '-F', '%v\\n', '-Lf', this.#traps];
    this.#spawn('snmptrapd', '-f', ...more, `udp:127.0.0.1:${TRAP_PORT}`);
    const listens = () => existsSync(this.#traps) && readFileSync(this.#traps, 'utf8') !== '';
    await until(listens, 10_000, 'snmptrapd');
  }

  async serve(): Promise<void> {
    const file = join(this.#router.dir, 'snmpd.conf');
    const lines = [
      'master agentx',
      `agentXSocket ${this.socket}`,
      `agentaddress udp:${ADDRESS}`,
      'rwcommunity public',
      `trap2sink 127.0.0.1:${TRAP_PORT} public`,
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    this.#spawn('snmpd', '-f', '-C', '-c', file, '-m', '', '-Ln');
    const answers = async () => (await this.get('.1.3.6.1.2.1.1.3.0')).includes('Timeticks');
    await until(answers, 10_000, 'snmpd');
  }

  async #ask(program: string, ...words: readonly string[]): Promise<string> {
    const options = ['-v2c', '-c', 'public', '-On', '-m', '', '-t', '2', ADDRESS];
    const command = ['ip', 'netns', 'exec', this.#router.ns, program, ...options, ...words];
    const { stdout, stderr } = await ran(command);
    return shortened(`${stdout}${stderr}`).trim();
  }

  /** All objects below a name, one a line. */
  async walk(name: string): Promise<string[]> {
    return (await this.#ask('snmpwalk', lengthened(name))).split('\n').map((line) => line.trim());
  }

  get(...names: readonly string[]): Promise<string> {
    return this.#ask('snmpget', ...names.map(lengthened));
  }

  bulk(name: string): Promise<string> {
    return this.#ask('snmpbulkget', '-Cn0', '-Cr5', lengthened(name));
  }

  set(name: string, type: string, value: string): Promise<string> {
    return this.#ask('snmpset', lengthened(name), type, value);
  }

  /** What snmptrapd was told, without when it was. */
  traps(): string[] {
    if (!existsSync(this.#traps)) return [];
    return readFileSync(this.#traps, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('.1.3.6.1.2.1.1.3.0'))
      .map((line) => shortened(line).split('\t').slice(1).join(' | ').trim());
  }

  end(): void {
    for (const daemon of this.#daemons) daemon.kill();
    this.#daemons = [];
  }
}
