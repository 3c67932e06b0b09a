/**
 * Command lines as getopt_long(3) reads them, because scripts rely on it: short forms combine (`-nld`),
 * values may be glued (`-p/run/x`), long names may be shortened while unambiguous, and an optional value must
 * be glued.
 */

export type ArgumentRule = 'none' | 'required' | 'optional';

export interface OptionSpec {
  readonly long: string;
  readonly short?: string;
  readonly argument: ArgumentRule;
}

export interface GivenOption {
  readonly long: string;
  readonly value: string | undefined;
}

export type CommandLine =
  | { readonly ok: true; readonly options: readonly GivenOption[]; readonly words: readonly string[] }
  /** Upstream's complaint; it exits with status 1. */
  | { readonly ok: false; readonly error: string };

export function readCommandLine(args: readonly string[], specs: readonly OptionSpec[]): CommandLine {
  const options: GivenOption[] = [];
  const words: string[] = [];
  const queue = [...args];
  for (let arg = queue.shift(); arg !== undefined; arg = queue.shift()) {
    if (arg === '--') {
      words.push(...queue);
      break;
    }
    if (arg === '-' || !arg.startsWith('-')) {
      words.push(arg);
      continue;
    }
    const error = arg.startsWith('--')
      ? readLong(arg, queue, specs, options)
      : readShort(arg.slice(1), queue, specs, options);
    if (error !== undefined) return { ok: false, error };
  }
  return { ok: true, options, words };
}

function readLong(
  arg: string,
  queue: string[],
  specs: readonly OptionSpec[],
  options: GivenOption[],
): string | undefined {
  const equals = arg.indexOf('=');
  const name = equals < 0 ? arg.slice(2) : arg.slice(2, equals);
  const glued = equals < 0 ? undefined : arg.slice(equals + 1);
  const exact = specs.find((spec) => spec.long === name);
  const candidates = exact === undefined ? specs.filter((spec) => spec.long.startsWith(name)) : [exact];
  const [spec] = candidates;
  if (spec === undefined || candidates.length > 1 || (spec.argument === 'none' && glued !== undefined)) {
    return `Unknown option ${arg}`;
  }
  if (spec.argument !== 'required' || glued !== undefined) {
    options.push({ long: spec.long, value: glued });
    return undefined;
  }
  const value = queue.shift();
  if (value === undefined) return `Missing parameter for option --${spec.long}`;
  options.push({ long: spec.long, value });
  return undefined;
}

function readShort(
  letters: string,
  queue: string[],
  specs: readonly OptionSpec[],
  options: GivenOption[],
): string | undefined {
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at];
    const spec = specs.find((candidate) => candidate.short === letter);
    if (spec === undefined) return `Unknown option -${letter}`;
    if (spec.argument === 'none') {
      options.push({ long: spec.long, value: undefined });
      continue;
    }
    const glued = letters.slice(at + 1);
    if (glued !== '' || spec.argument === 'optional') {
      options.push({ long: spec.long, value: glued === '' ? undefined : glued });
      return undefined;
    }
    const value = queue.shift();
    if (value === undefined) return `Missing parameter for option -${letter}`;
    options.push({ long: spec.long, value });
  }
  return undefined;
}
