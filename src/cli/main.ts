/** The entry of every process: a child of ours, a one-shot question, or the daemon. */

import { CHILD_VARIABLE } from '../proc/child-variable.ts';
import { asksQuestion, asksSubcommand, calledAs, genhashWords, sayNotes } from './invocation.ts';
import type { Output } from './output.ts';

async function main(): Promise<void> {
  const role = process.env[CHILD_VARIABLE];
  delete process.env[CHILD_VARIABLE];
  if (role !== undefined) {
    await runAs(role);
    return;
  }
  const program = calledAs(process.env);
  delete process.env.ALIVED_ARGV0;
  const args = process.argv.slice(2);
  const words = genhashWords(program, args);
  if (words !== undefined) {
    const { runGenhash } = await import('./genhash.ts');
    process.exitCode = await runGenhash(words, await terminal());
    return;
  }
  if (asksSubcommand(program, args)) {
    process.exitCode = await subcommand(args);
    return;
  }
  const { parseDaemonOptions } = await import('./options.ts');
  const parsed = parseDaemonOptions(args);
  if (!parsed.ok) {
    process.stderr.write(`${parsed.error}\n`);
    process.exitCode = 1;
    return;
  }
  sayNotes(parsed);
  if (asksQuestion(parsed)) {
    process.exitCode = await answer(parsed, program);
    return;
  }
  if (parsed.options.test !== false) {
    const { runConfigTest } = await import('./config-test.ts');
    process.exitCode = runConfigTest(parsed.options, process.env);
    return;
  }
  const { startDaemon } = await import('../proc/start-daemon.ts');
  await startDaemon(parsed.options, [program, ...args]);
}

/** Each role loads only what it runs. */
async function runAs(role: string): Promise<void> {
  const { startChildProcess } = await import('../proc/run-child.ts');
  if (role === 'bfd') startChildProcess((await import('../proc/bfd.ts')).startBfdChild);
  else if (role === 'checker') startChildProcess((await import('../proc/checker.ts')).startCheckerChild);
  else startChildProcess((await import('../proc/vrrp.ts')).startVrrpChild);
}

async function terminal(): Promise<Output> {
  const { wantsColour } = await import('./output.ts');
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    colour: wantsColour(process.stdout, process.env),
  };
}

async function subcommand(args: readonly string[]): Promise<number> {
  const { runCommand } = await import('./commands.ts');
  return runCommand(args, await terminal());
}

interface Question {
  readonly show: 'version' | 'help' | undefined;
  readonly signum: string | undefined;
}

async function answer({ show, signum }: Question, program: string): Promise<number> {
  const { helpText, signalNumbers, versionText } = await import('./text.ts');
  if (show === 'version') process.stderr.write(versionText());
  else if (show === 'help') process.stderr.write(helpText(program));
  else if (signum !== undefined) {
    const number = signalNumbers[signum];
    if (number === undefined) {
      process.stderr.write(`Unknown sigfunc ${signum}\n`);
      return 1;
    }
    process.stdout.write(`${number}\n`);
  }
  return 0;
}

// Not awaited, since the single executable is no module; what it throws ends the process all the same.
void main();
