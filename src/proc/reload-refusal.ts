/** Why a reload does not take a configuration: the daemon then goes on with the one that it has. */
import { exitStatusOf, type ParseResult } from '../../grammar/index.ts';
import { EXIT_OK } from './exit-codes.ts';

/** What of the running daemon a new file cannot change, or that judges it. */
export interface Running {
  /** reload_check_config: what `-t` complains of is not taken. */
  readonly checks: boolean;
  /** The network namespace was given with -s. */
  readonly namespaceGiven: boolean;
  readonly namespace: string | undefined;
  readonly ipvsNamespace: string | undefined;
}

/** `namespace`: namespaces are for the life of a daemon (seen with 2.2.7). */
export type Refusal = 'check' | 'fatal' | 'namespace' | 'ipvs-namespace';

/** For the log and for people who ask before. */
export const FATAL_REASON = 'the file has errors that a start would not survive';

export function refusalOf(parsed: ParseResult, running: Running): Refusal | undefined {
  if (running.checks && exitStatusOf(parsed.diagnostics) !== EXIT_OK) return 'check';
  if (parsed.fatal !== undefined) return 'fatal';
  const { net_namespace: own, net_namespace_ipvs: ipvs } = parsed.model.root;
  if (!running.namespaceGiven && own !== running.namespace) return 'namespace';
  return ipvs === running.ipvsNamespace ? undefined : 'ipvs-namespace';
}
