/** `-t`: the configuration's messages, each once, and upstream's exit status. */
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { exitStatusOf, formatDiagnostic, parseConfig } from '../../grammar/index.ts';
import { EXIT_FATAL } from '../proc/exit-codes.ts';
import { systemFacts } from '../proc/facts.ts';
import { currentLinks } from '../proc/links.ts';
import { enterNetworkNamespace } from '../runtime/process.ts';
import type { DaemonOptions } from './options.ts';

const STDERR = 2;

export function runConfigTest(
  options: DaemonOptions,
  env: Readonly<Record<string, string | undefined>>,
): number {
  let fd = STDERR;
  if (typeof options.test === 'string') {
    try {
      const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
      fd = openSync(options.test, flags, 0o600);
    } catch (error) {
      const errno = error instanceof Error && 'errno' in error ? Math.abs(Number(error.errno)) : 0;
      const text = errno === 2 ? 'No such file or directory' : String(error);
      process.stderr.write(`Unable to open config-test log file ${options.test} ${errno} - ${text}\n`);
      return EXIT_FATAL;
    }
  }
  const { configId, strictIncludes, file, namespace, as } = options;
  // Of a namespace that is not there the check itself says what upstream says.
  if (namespace !== undefined) enterNetworkNamespace(`/run/netns/${namespace}`);
  const links = currentLinks();
  const facts = { ...systemFacts({ testing: true, configId, strictIncludes, env, links }), namespace, as };
  const { diagnostics } = parseConfig(file, facts);
  const shown = diagnostics.filter((diagnostic) => diagnostic.shownByTest !== false);
  writeSync(fd, shown.map((diagnostic) => `${formatDiagnostic(diagnostic)}\n`).join(''));
  if (fd !== STDERR) closeSync(fd);
  return exitStatusOf(diagnostics);
}
