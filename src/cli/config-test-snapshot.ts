/**
 * Entry of the start-up snapshot for `-t`: the language, its tables and its parser as they are in memory
 * after a first use. A process that starts from it loads and builds nothing. scripts/snapshot.js makes it,
 * bin/alived chooses it, and what it does not serve begins again from the bundle, in the same process.
 */
import { startupSnapshot } from 'node:v8';
import { parseConfig } from '../../grammar/index.ts';
import { systemFacts } from '../proc/facts.ts';
import { runConfigTest } from './config-test.ts';
import { asksQuestion, asksSubcommand, calledAs, genhashWords, sayNotes } from './invocation.ts';
import { parseDaemonOptions } from './options.ts';
import { beginAgain, isFresh } from './snapshot-freshness.ts';

function main(): void {
  const program = calledAs(process.env);
  const args = process.argv.slice(2);
  if (!isFresh() || genhashWords(program, args) !== undefined || asksSubcommand(program, args)) beginAgain();
  const parsed = parseDaemonOptions(args);
  if (!parsed.ok || asksQuestion(parsed) || parsed.options.test === false) beginAgain();
  delete process.env.ALIVED_ARGV0;
  sayNotes(parsed);
  process.exitCode = runConfigTest(parsed.options, process.env);
}

/** What is built at first use, such as the parser and the tables, is then in the snapshot. */
function rehearse(files: readonly string[]): void {
  const facts = systemFacts({
    testing: true,
    configId: undefined,
    strictIncludes: false,
    env: {},
    links: [],
  });
  for (const file of files) parseConfig(file, facts);
}

rehearse(process.argv.slice(2));
startupSnapshot.setDeserializeMainFunction(main);
