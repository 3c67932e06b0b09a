/**
 * The manual page against the option table: nothing undocumented, nothing invented, "not yet" where it is so.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { daemonOptions, NOT_YET } from '../src/cli/options.ts';

const page = readFileSync(new URL('../man/alived.8', import.meta.url), 'utf8');
const section = /^\.SH OPTIONS\n([\s\S]*?)^\.SH /m.exec(page)?.[1] ?? '';

/** Text of each entry by the long name of its option. */
const entries = new Map(
  section
    .split(/^\.TP\n/m)
    .slice(1)
    .map((entry) => {
      const [head = '', ...body] = entry.replaceAll('\\-', '-').split('\n');
      return [/--([\w-]+)/.exec(head)?.[1] ?? head, { head, body: body.join('\n') }] as const;
    }),
);

describe('alived.8', () => {
  it('documents exactly the options there are', () => {
    const known = daemonOptions.map(({ long }) => long);
    assert.deepEqual([...entries.keys()].sort(), [...known].sort());
  });

  for (const { long, short, argument } of daemonOptions) {
    it(`has --${long} right`, () => {
      const { head = '', body = '' } = entries.get(long) ?? {};
      const shortForms = [...head.matchAll(/(?<![\w-])-(\w)\b/g)].map((match) => match[1]);
      assert.deepEqual(shortForms, short === undefined ? [] : [short]);
      assert.equal(head.includes('[=\\fI'), argument === 'optional');
      assert.equal(/" " \\fI/.test(head), argument === 'required');
      if (NOT_YET.has(long)) assert.match(body, /^\.I \(not yet\)$/m);
    });
  }
});
