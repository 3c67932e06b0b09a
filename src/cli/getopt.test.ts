import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OptionSpec, readCommandLine } from './getopt.ts';

const specs: readonly OptionSpec[] = [
  { long: 'use-file', short: 'f', argument: 'required' },
  { long: 'dont-fork', short: 'n', argument: 'none' },
  { long: 'log-console', short: 'l', argument: 'none' },
  { long: 'log-detail', short: 'D', argument: 'none' },
  { long: 'config-test', short: 't', argument: 'optional' },
];

const given = (...args: string[]) => {
  const line = readCommandLine(args, specs);
  return line.ok
    ? [
        ...line.options.map(({ long, value }) => (value === undefined ? long : `${long}=${value}`)),
        ...line.words,
      ]
    : line.error;
};

test('short forms combine and take glued or separate values', () => {
  assert.deepEqual(given('-nlD', '-f', 'a'), ['dont-fork', 'log-console', 'log-detail', 'use-file=a']);
  assert.deepEqual(given('-nfa'), ['dont-fork', 'use-file=a']);
});

test('long names may be shortened while only one matches', () => {
  assert.deepEqual(given('--use', 'a', '--dont'), ['use-file=a', 'dont-fork']);
  assert.deepEqual(given('--use-file=a=b'), ['use-file=a=b']);
  assert.equal(given('--log'), 'Unknown option --log');
});

test('an optional value must be glued', () => {
  assert.deepEqual(given('-tFILE'), ['config-test=FILE']);
  assert.deepEqual(given('-t', 'FILE'), ['config-test', 'FILE']);
  assert.deepEqual(given('--config-test=x', '--config-test', 'y'), ['config-test=x', 'config-test', 'y']);
});

test('what getopt refuses is refused with upstream words', () => {
  assert.equal(given('-q'), 'Unknown option -q');
  assert.equal(given('--what'), 'Unknown option --what');
  assert.equal(given('-f'), 'Missing parameter for option -f');
  assert.equal(given('--dont-fork=1'), 'Unknown option --dont-fork=1');
});

test('words after -- are words', () => {
  assert.deepEqual(given('-n', '--', '-l'), ['dont-fork', '-l']);
});
