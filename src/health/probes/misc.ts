/**
 * MISC_CHECK: a program of the operator says whether the server is up. With misc_dynamic its exit status is a
 * weight as well: 0 up, 1 down, 2 to 255 up with a weight of the status less 2, always counted from the
 * configured weight (2.2.7 adds up what it has changed, issue 2720).
 */
import type { ScriptResult, ScriptSpec } from '../../ports/scripts.ts';
import type { CheckCommon, ProbeKind, ProbeOutcome, ProbeSubject } from './probe.ts';

export interface MiscCheck extends CheckCommon {
  readonly type: 'MISC_CHECK';
  readonly script: ScriptSpec;
  /** The time limit was given, for dumps. */
  readonly timeoutGiven: boolean;
  readonly dynamic: boolean;
}

/** The reason of one that was ended because it took too long. */
export const TIMED_OUT = 'timeout';
const MAIL_UP = 'MISC CHECK succeeded on service';
/** Status 2 is weight 0. */
const WEIGHT_OFFSET = 2;

function reasonOf(result: ScriptResult): string {
  switch (result.kind) {
    case 'exited':
      return `exited with status ${result.code}`;
    case 'signalled':
      return `signal ${result.signal}`;
    case 'timeout':
      return TIMED_OUT;
    case 'failed':
      return result.reason;
  }
}

function outcomeOf(
  result: ScriptResult,
  { config, server, virtual, weight }: ProbeSubject<MiscCheck>,
): ProbeOutcome {
  const about = [server, virtual, config.script.argv[0] ?? ''] as const;
  const code = result.kind === 'exited' ? result.code : undefined;
  const good = {
    succeeded: true,
    up: ['misc-up', ...about],
    mail: MAIL_UP,
    mailsFirst: true,
    status: code ?? 0,
  } as const;
  if (code === 0) return good;
  if (config.dynamic && code !== undefined && code >= WEIGHT_OFFSET) {
    return { ...good, weight: code - WEIGHT_OFFSET - weight };
  }
  const reason = reasonOf(result);
  return {
    succeeded: false,
    mail: 'MISC CHECK failed on service',
    tried: ['misc-tried', ...about, reason],
    down: ['misc-down', ...about, reason],
    saysOnce: true,
    ...(code === undefined ? {} : { status: code }),
  };
}

export const miscProbe: ProbeKind<MiscCheck> = {
  identity: ({ script, dynamic }) => JSON.stringify([script.argv, script.uid, script.gid, dynamic]),
  fromStart: true,
  start: ({ scripts }, subject, done) => {
    let cancelled = false;
    const running = scripts.run(subject.config.script, (result) => {
      if (!cancelled) done(outcomeOf(result, subject));
    });
    return {
      cancel: () => {
        cancelled = true;
        running.terminate();
      },
    };
  },
};
