/**
 * `alived check|explain|fmt|expand|plan`: the subcommands for people. In: the words of the command line; out:
 * the exit status. Started as keepalived or genhash there are no subcommands, and every other first word is
 * upstream's command line.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { releaseOf } from '../../grammar/releases.ts';
import { ALIVED_VERSION } from '../out/version.ts';
import { runCheck } from './check.ts';
import { runExpand } from './expand.ts';
import { runExplain } from './explain.ts';
import { runFormat } from './fmt.ts';
import type { Output } from './output.ts';
import { runPlan } from './plan/index.ts';

/** A wrong command line, as in upstream; 2 would look like an error of the configuration. */
const EXIT_USAGE = 64;

export async function runCommand(words: readonly string[], output: Output): Promise<number> {
  let status = 0;
  const program = createProgram(output, (result) => {
    status = result;
  });
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : EXIT_USAGE;
  }
  return status;
}

function createProgram(output: Output, done: (status: number) => void): Command {
  const program = new Command('alived')
    .description('Checks, compares and lays out configurations of keepalived and alived.')
    .version(ALIVED_VERSION)
    .exitOverride()
    .configureOutput({ writeOut: output.out, writeErr: output.err });
  addCheck(program, output, done);
  program
    .command('explain')
    .description('says what a code means and how to mend it; all codes without an argument')
    .argument('[code]', 'such as AV0030')
    .action((code: string | undefined) => done(runExplain(code, output)));
  program
    .command('fmt')
    .description('prints a file in canonical layout')
    .argument('<file...>')
    .option('-c, --check', 'change nothing; status 1 when a file is laid out differently', false)
    .option('-w, --write', 'write the result back to the file', false)
    .action((files: string[], options: { check: boolean; write: boolean }) =>
      done(runFormat(files, options, output)),
    );
  program
    .command('expand')
    .description('prints the file with includes, definitions and repetitions worked in')
    .argument('<file>')
    .option('--no-origin', 'leave out the comments that name file and line')
    .option('-i, --config-id <id>', 'the name that @id lines are compared with')
    .action((file: string, options: { origin: boolean; configId?: string }) =>
      done(runExpand(file, options, output)),
    );
  addPlan(program, output, done);
  return program;
}

interface PlanWords {
  readonly against?: string;
  readonly offline: boolean;
  readonly pidFile?: string;
  readonly format: 'text' | 'json';
  readonly configId?: string;
}

function addPlan(program: Command, output: Output, done: (status: number) => void): void {
  program
    .command('plan')
    .description('says what a reload with this file would do; status 0 nothing, 1 something, 2 refused')
    .argument('<file>')
    .option('--against <file>', 'compare with this file, not with the daemon that runs')
    .option('--offline', 'with --against: take interfaces, accounts and scripts for given', false)
    .option('-p, --pid-file <file>', 'pid file of the daemon; by default that of the configuration')
    .addOption(new Option('--format <form>', 'form of the plan').choices(['text', 'json']).default('text'))
    .option('-i, --config-id <id>', 'the name that @id lines are compared with')
    .action((file: string, words: PlanWords) => done(runPlan(file, words, output)));
}

interface CheckWords {
  readonly format: 'text' | 'json' | 'sarif';
  readonly as?: string;
  readonly disable: readonly string[];
  readonly lint: boolean;
  readonly offline: boolean;
  readonly configId?: string;
}

function addCheck(program: Command, output: Output, done: (status: number) => void): void {
  program
    .command('check')
    .description('reports errors, warnings and advice')
    .argument('<file...>')
    .addOption(
      new Option('--format <form>', 'form of the report').choices(['text', 'json', 'sarif']).default('text'),
    )
    .addOption(new Option('--as <version>', 'also report what that version refuses').argParser(versionWord))
    .addOption(
      new Option('--disable <codes>', 'codes to leave out, with commas between them')
        .argParser(codeList)
        .default([], 'none'),
    )
    .option('--no-lint', 'no advice, only what -t says')
    .option('--offline', 'take interfaces, accounts and scripts for given', false)
    .option('-i, --config-id <id>', 'the name that @id lines are compared with')
    .action((files: string[], words: CheckWords) => done(runCheck(files, words, output)));
}

function codeList(text: string, before: readonly string[]): string[] {
  const codes = text.split(',').map((code) => code.trim().toUpperCase());
  const wrong = codes.find((code) => !/^AV\d{4}$/.test(code));
  if (wrong !== undefined) throw new InvalidArgumentError(`${wrong} is not a code such as AV0901.`);
  return [...before, ...codes];
}

function versionWord(text: string): string {
  const release = releaseOf(text);
  if (release !== undefined) return release;
  throw new InvalidArgumentError('Write a version such as 2.2.7.');
}
