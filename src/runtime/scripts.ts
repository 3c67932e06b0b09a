/**
 * The Scripts port: the operator's commands, each in a process group of its own, mostly without a
 * shell.
 *
 * native/spawn.cc and not node:child_process, which takes five times as long: a hundred checks a second may
 * be programs. Observed of keepalived 2.2.7: cwd `/`, umask inherited, environment passed through, SIGTERM
 * when the daemon dies; members of a group outlive its leader unless a time limit ends it.
 */
import { constants } from 'node:os';
import type { ScriptResult, ScriptSpec, Scripts } from '../ports/scripts.ts';
import { addUs, seconds } from '../units.ts';
import { EAGAIN, EINVAL, ENOEXEC, errnoName } from './errno.ts';
import type { Loop } from './loop.ts';
import { native } from './native.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that would let the environment of the daemon change what a script of another user executes. */
const dropped = new Set(['IFS', 'LD_PRELOAD', 'LD_LIBRARY_PATH']);
const killAfterUs = seconds(1);
/** What the addon adds to the number of a signal. */
const SIGNALLED = 256;

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** Strings that each end in a zero byte. */
const encode = (strings: readonly string[]): Uint8Array =>
  new TextEncoder().encode(strings.map((text) => `${text}\0`).join(''));

function encodeEnvironment(environment: Environment): Uint8Array {
  const kept = Object.entries(environment).filter(
    ([name, value]) => value !== undefined && !dropped.has(name),
  );
  return encode(kept.map(([name, value]) => `${name}=${value}`));
}

/** A group that is gone already is what a signal wants to achieve. */
function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // ESRCH: everybody has left.
  }
}

/** For upstream a file that is no program ends well, as does what its shell does not find. */
const EXIT_NOT_FOUND = 127;

function resultOf(end: number, byShell = false): ScriptResult {
  if (end === -ENOEXEC || (byShell && end === EXIT_NOT_FOUND)) return { kind: 'exited', code: 0 };
  if (end < 0) return { kind: 'failed', reason: errnoName(-end) };
  if (end < SIGNALLED) return { kind: 'exited', code: end };
  const number = end - SIGNALLED;
  return { kind: 'signalled', signal: signalNames.get(number) ?? String(number) };
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The redirection as it is written, its further words as words (seen with 2.2.7). */
function startedAs({ argv, byShell }: ScriptSpec): ScriptSpec['argv'] {
  const [first = '', ...more] = argv;
  return byShell ? ['/bin/sh', '-c', [first, ...more.map(quoted)].join(' ')] : argv;
}

/** Arguments are encoded once for all runs of a check. */
const encoded = new WeakMap<ScriptSpec['argv'], Uint8Array>();

function encodedArguments(spec: ScriptSpec): Uint8Array {
  const { argv } = spec;
  const known = encoded.get(argv);
  if (known !== undefined) return known;
  const bytes = encode(startedAs(spec));
  encoded.set(argv, bytes);
  return bytes;
}

const leaderOut = new Int32Array(1);

/** A pidfd, or minus errno. */
function start(spec: ScriptSpec, env: Uint8Array): number {
  const { argv, uid, gid } = spec;
  // No exec takes a zero byte inside of an argument.
  if (argv.length === 0 || argv.some((text) => text.includes('\0'))) return -EINVAL;
  // A process without privileges cannot change its user, not even to the one it has: setgroups() comes first.
  const asIs = process.geteuid?.() !== 0 && uid === process.geteuid?.() && gid === process.getegid?.();
  return native.spawn(encodedArguments(spec), env, uid, gid, !asIs, leaderOut);
}

export function createScripts(loop: Loop, environment: Environment): Scripts {
  const env = encodeEnvironment(environment);
  let started = 0;

  function run(spec: ScriptSpec, done: (result: ScriptResult) => void) {
    const pidfd = start(spec, env);
    if (pidfd < 0) {
      // Reported later, like every other result.
      queueMicrotask(() => done(resultOf(pidfd)));
      return { terminate: () => undefined };
    }
    const [leader = 0] = leaderOut;
    started += 1;
    const timer = `script:${started}`;
    let timedOut = false;
    let finished = false;

    function finish(): void {
      // While the leader is a zombie nobody else has its number.
      if (timedOut) signalGroup(leader, 'SIGKILL');
      const end = native.waitEnd(pidfd);
      if (end === -EAGAIN) return;
      finished = true;
      loop.unwatch(pidfd);
      native.close(pidfd);
      if (spec.timeoutUs !== undefined) loop.cancel(timer);
      done(timedOut ? { kind: 'timeout' } : resultOf(end, spec.byShell));
    }

    /** Nobody would see its end. */
    function abandon(error: number): void {
      finished = true;
      signalGroup(leader, 'SIGKILL');
      native.close(pidfd);
      loop.cancel(timer);
      queueMicrotask(() => done(resultOf(error)));
    }

    if (spec.timeoutUs !== undefined) {
      loop.armAt(timer, addUs(loop.now(), spec.timeoutUs), (_dueAtUs, nowUs) => {
        timedOut = true;
        signalGroup(leader, 'SIGTERM');
        loop.armAt(timer, addUs(nowUs, killAfterUs), () => signalGroup(leader, 'SIGKILL'));
      });
    }
    const watched = loop.watch(pidfd, finish);
    if (watched < 0) abandon(watched);
    return {
      terminate() {
        // Later the number may belong to somebody else's group.
        if (!finished) signalGroup(leader, 'SIGTERM');
      },
    };
  }

  return { run };
}
