/** startup_script and shutdown_script: the parent runs them before the first child and after the last. */
import type { Command, Model } from '../../grammar/model.ts';
import type { Logger } from '../out/logger.ts';
import type { ScriptResult, ScriptSpec, Scripts } from '../ports/scripts.ts';
import { seconds } from '../units.ts';
import { scriptOf } from './script-setup.ts';

export interface StartStopScripts {
  readonly startup?: ScriptSpec;
  readonly shutdown?: ScriptSpec;
}

const specOf = (command: Command, timeout: number): ScriptSpec => ({
  ...scriptOf(command),
  timeoutUs: seconds(timeout),
});

export function startStopScripts({ globals }: Model): StartStopScripts {
  const { startupScript, shutdownScript, values } = globals;
  return {
    ...(startupScript === undefined ? {} : { startup: specOf(startupScript, values.startup_script_timeout) }),
    ...(shutdownScript === undefined
      ? {}
      : { shutdown: specOf(shutdownScript, values.shutdown_script_timeout) }),
  };
}

function sayEnd(logger: Logger, which: string, result: ScriptResult): void {
  switch (result.kind) {
    case 'exited':
      if (result.code === 0) logger.log('start-stop-succeeded', which);
      else logger.log('start-stop-failed', which, result.code);
      return;
    case 'timeout':
      logger.log('start-stop-timeout', which);
      return;
    case 'signalled':
      logger.log('start-stop-signalled', which, result.signal);
      return;
    case 'failed':
      logger.log('start-stop-not-run', which, result.reason);
  }
}

/** However it ends, the daemon goes on. */
export function runStartStop(
  which: keyof StartStopScripts,
  spec: ScriptSpec | undefined,
  scripts: Scripts,
  logger: Logger,
  done: () => void,
): void {
  if (spec === undefined) {
    done();
    return;
  }
  logger.log('start-stop-running', which, spec.argv[0] ?? '');
  scripts.run(spec, (result) => {
    sayEnd(logger, which, result);
    done();
  });
}
