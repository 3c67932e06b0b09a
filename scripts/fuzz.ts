/**
 * `npm run fuzz -- config [--count N] [--seed S] [--first N] [--keep DIR]`: mutated configurations through
 * the language, in this process. Out: every failure with the number that repeats it; status 1 if any.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fuzz } from './lib/fuzz-config.ts';

const fixtures = fileURLToPath(new URL('../fixtures/config', import.meta.url));
const corpus =
  process.env.ALIVED_CORPUS ?? fileURLToPath(new URL('../../shared/corpus/dev', import.meta.url));

/** Larger files take all the time of a run and add little. */
const MAX_LENGTH = 20_000;

function seeds(): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [label, folder] of [['fixtures', fixtures] as const, ['corpus', corpus] as const]) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
      if (!name.endsWith('.conf')) continue;
      const text = readFileSync(join(folder, name), 'utf8');
      if (text.length <= MAX_LENGTH) texts.set(`${label}/${name}`, text);
    }
  }
  return texts;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    keep: { type: 'string' },
  },
});
if (positionals[0] !== 'config') {
  process.stderr.write('usage: npm run fuzz -- config [--count N] [--seed S] [--first N] [--keep DIR]\n');
  process.exit(2);
}

const texts = seeds();
const [seed, first, count] = [Number(values.seed), Number(values.first), Number(values.count)];
const started = performance.now();
const failures = fuzz(texts, {
  seed,
  first,
  count,
  progress: (done) => process.stderr.write(`${done}\r`),
});
for (const { name, number, text, problem } of failures) {
  console.log(`seed ${seed} number ${number} (${name}): ${problem}`);
  if (values.keep === undefined) continue;
  mkdirSync(values.keep, { recursive: true });
  writeFileSync(join(values.keep, `${seed}-${number}.conf`), text);
}
const elapsed = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  `${count} mutations of ${texts.size} files, seed ${seed}: ${failures.length} failures, ${elapsed} s`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
