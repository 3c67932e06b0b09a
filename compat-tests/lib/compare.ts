/**
 * Two observations of one case: every place where they differ, by path. Lists of lines are compared whole,
 * timings are judged by the protocol bound alone.
 */
import type { Json, Observation } from './scene.ts';

export interface Difference {
  /** Such as `2 failover.b.log` or `facts.takeover`: phase, router and aspect, stable from run to run. */
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

export function compare(expected: Observation, actual: Observation): Difference[] {
  return differences('', expand(expected), expand(actual));
}

/** Phases by number and name instead of by index, so that a path says where it is. */
function expand(observation: Observation): Json {
  const phases = observation.phases.map((phase, at) => {
    const { name, ...rest } = phase;
    return [`${at} ${name}`, rest as unknown as Json] as const;
  });
  return { ...Object.fromEntries(phases), facts: observation.facts };
}

const isRecord = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function differences(path: string, expected: Json | undefined, actual: Json | undefined): Difference[] {
  if (isRecord(expected) && isRecord(actual)) {
    if ('timing' in expected && 'timing' in actual) {
      return actual.timing === 'ok'
        ? []
        : [{ path, expected: JSON.stringify(expected), actual: JSON.stringify(actual) }];
    }
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
    return keys.flatMap((key) =>
      differences(path === '' ? key : `${path}.${key}`, expected[key], actual[key]),
    );
  }
  const [left, right] = [expected, actual].map((value) => JSON.stringify(value) ?? 'absent');
  if (left === right) return [];
  return [{ path, ...changed(expected, actual) }];
}

/** For two lists only the lines around the first and last difference, for anything else the whole. */
function changed(expected: Json | undefined, actual: Json | undefined): Omit<Difference, 'path'> {
  if (!Array.isArray(expected) || !Array.isArray(actual)) {
    return { expected: JSON.stringify(expected) ?? 'absent', actual: JSON.stringify(actual) ?? 'absent' };
  }
  const [left, right] = [expected, actual].map((list: Json[]) =>
    list.map((item) => JSON.stringify(item)),
  ) as [string[], string[]];
  let head = 0;
  while (head < left.length && left[head] === right[head]) head++;
  let tail = 0;
  while (tail < Math.min(left.length, right.length) - head && left.at(-1 - tail) === right.at(-1 - tail))
    tail++;
  const cut = (list: string[]) => list.slice(head, list.length - tail).join('\n') || '(nothing)';
  return { expected: cut(left), actual: cut(right) };
}
