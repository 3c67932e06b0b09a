/**
 * Running the small system commands the laboratory is made of (`ip`, `sh`). In: an argument list; out: exit
 * code and both outputs. A failing command is an error unless the caller asked to look at the code itself.
 */
import { execFileSync, spawn } from 'node:child_process';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end and returns what it printed; `code` 127 stands for a command that is missing. */
export function ran(argv: readonly string[], input = ''): Promise<Ran> {
  const [command = '', ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', (error) => resolve({ code: 127, stdout, stderr: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 128, stdout, stderr }));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** Like `ran`, but a non-zero exit code throws with what the command said. */
export async function run(argv: readonly string[], input = ''): Promise<string> {
  const result = await ran(argv, input);
  if (result.code !== 0) throw new Error(`${argv.join(' ')}: ${result.code} ${result.stderr.trim()}`);
  return result.stdout;
}

/** Several `ip` commands in one process and one namespace; the laboratory starts a hundred of them. */
export function ipBatch(ns: string, lines: readonly string[]): Promise<string> {
  return run(['ip', '-n', ns, '-batch', '-'], `${lines.join('\n')}\n`);
}

/** Synchronous and never throwing: for clean-up on the way out of the process. */
export function quietly(argv: readonly string[]): string {
  const [command = '', ...args] = argv;
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}
