/** Checks of the grammar's model as the checker child runs them. In: model. Out: data for the probes. */
import type { Command } from '../../grammar/model.ts';
import type { CheckModel, CheckTarget, CheckTiming } from '../../grammar/model-lvs.ts';
import type { CheckConfig } from '../health/probes/index.ts';
import type { CheckCommon } from '../health/probes/probe.ts';
import type { ConnectSpec } from '../ports/connect.ts';
import type { ScriptSpec } from '../ports/scripts.ts';

export const scriptOf = ({ argv, uid, gid }: Command): ScriptSpec => ({ argv: [...argv], uid, gid });

function commonOf(model: CheckTiming): CheckCommon {
  const { delayLoopUs, warmupUs, retry, delayBeforeRetryUs, logAllFailures, alpha } = model;
  return { alpha, timing: { delayLoopUs, warmupUs, retry, delayBeforeRetryUs, logAllFailures } };
}

function connectOf(target: CheckTarget): ConnectSpec {
  const { bindTo, bindPort, bindInterface } = target;
  return {
    address: target.address.bytes,
    port: target.port,
    mark: target.fwmark,
    timeoutUs: target.connectTimeoutUs,
    ...(bindTo === undefined ? {} : { source: bindTo.bytes }),
    ...(bindPort === undefined ? {} : { sourcePort: bindPort }),
    ...(bindInterface === undefined ? {} : { interface: bindInterface }),
  };
}

export function checkOf(check: CheckModel): CheckConfig[] {
  switch (check.type) {
    case 'TCP_CHECK':
      return [{ type: check.type, ...commonOf(check.timing), connect: connectOf(check.target) }];
    default:
      return [];
  }
}
