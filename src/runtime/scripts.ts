/**
 * The Scripts port: the operator's commands, run without a shell in a process group of their own.
 *
 * node:child_process and not execa: execa's time limit and kill reach the child only, and the port promises
 * the whole group. Observed of keepalived 2.2.7: cwd `/`, umask inherited, environment passed through.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../ports/clock.ts';
import type { ScriptResult, ScriptSpec, Scripts } from '../ports/scripts.ts';
import { addUs, seconds } from '../units.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that would let the environment of the daemon change what a script of another user executes. */
const dropped = new Set(['IFS', 'LD_PRELOAD', 'LD_LIBRARY_PATH']);
const killAfterUs = seconds(1);

const cleaned = (environment: Environment): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !dropped.has(name)));

/** A group that is gone already is what a signal wants to achieve. */
function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch {
    // ESRCH: everybody has left.
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : String(error);
}

function start(spec: ScriptSpec, env: Record<string, string | undefined>): ChildProcess {
  const [file = '', ...args] = spec.argv;
  // A process without privileges cannot change its user, not even to the one it has: setgroups() comes first.
  const asIs =
    process.geteuid?.() !== 0 && spec.uid === process.geteuid?.() && spec.gid === process.getegid?.();
  return spawn(file, args, {
    cwd: '/',
    detached: true,
    env,
    shell: false,
    stdio: 'ignore',
    ...(asIs ? {} : { uid: spec.uid, gid: spec.gid }),
  });
}

export function createScripts(clock: Clock, environment: Environment): Scripts {
  const env = cleaned(environment);
  let started = 0;

  function run(spec: ScriptSpec, done: (result: ScriptResult) => void) {
    started += 1;
    const limit = `script:${started}:limit`;
    const kill = `script:${started}:kill`;
    let timedOut = false;
    let finished = false;

    function finish(result: ScriptResult): void {
      if (finished) return;
      finished = true;
      // The kill timer stays: members of the group may ignore SIGTERM and outlive their leader.
      clock.cancel(limit);
      done(timedOut ? { kind: 'timeout' } : result);
    }

    let child: ChildProcess;
    try {
      child = start(spec, env);
    } catch (error) {
      // Arguments that no exec takes, such as a NUL byte. Reported later, like every other result.
      queueMicrotask(() => finish({ kind: 'failed', reason: reasonOf(error) }));
      return { terminate: () => undefined };
    }
    child.on('error', (error) => finish({ kind: 'failed', reason: reasonOf(error) }));
    child.on('exit', (code, signal) =>
      finish(code === null ? { kind: 'signalled', signal: signal ?? '' } : { kind: 'exited', code }),
    );
    const leader = child.pid;
    if (spec.timeoutUs !== undefined && leader !== undefined) {
      clock.armAt(limit, addUs(clock.now(), spec.timeoutUs), (_dueAtUs, nowUs) => {
        timedOut = true;
        signalGroup(leader, 'SIGTERM');
        clock.armAt(kill, addUs(nowUs, killAfterUs), () => signalGroup(leader, 'SIGKILL'));
      });
    }
    return {
      terminate() {
        // Later the number may belong to somebody else's group.
        if (!finished) signalGroup(leader, 'SIGTERM');
      },
    };
  }

  return { run };
}
