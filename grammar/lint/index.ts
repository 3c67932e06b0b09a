/** All advice of `alived check`. Off for -t, where only upstream's messages count. */
import type { Finding } from '../report/finding.ts';
import * as instances from './instances.ts';
import { weakPassword } from './passwords.ts';
import type { LintContext, LintRule } from './rule.ts';
import * as scripts from './scripts.ts';
import * as services from './services.ts';

export type { LintContext, LintRule } from './rule.ts';

export const lintRules: readonly LintRule[] = [
  instances.nopreemptWithWeight,
  instances.notAccepted,
  weakPassword,
  instances.outsideSubnet,
  instances.sameAddressTwice,
  scripts.untrackedScript,
  scripts.emptyTrackBlock,
  scripts.shellSyntax,
  scripts.scriptTiming,
  scripts.slowDetection,
  instances.differentPriorities,
  services.addressNotCarried,
  services.noChecker,
  services.protocolMismatch,
  services.weightZero,
  services.sorryInhibitWithoutServer,
  services.maskOfGroup,
];

export const lint = (context: LintContext): Finding[] => lintRules.flatMap(({ check }) => check(context));
