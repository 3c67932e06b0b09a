/**
 * The manual page against the option table: nothing undocumented, nothing invented, "not yet" where it is so.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { rootRows } from '../grammar/keywords/root.ts';
import type { AnyRow, Rows } from '../grammar/keywords/row.ts';
import { HELP } from '../src/cli/genhash.ts';
import { daemonOptions } from '../src/cli/options.ts';
import { bashCompletion, zshCompletion } from './lib/completions.ts';
import { configPage } from './lib/config-page.ts';

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
      const { head = '' } = entries.get(long) ?? {};
      const shortForms = [...head.matchAll(/(?<![\w-])-(\w)\b/g)].map((match) => match[1]);
      assert.deepEqual(shortForms, short === undefined ? [] : [short]);
      assert.equal(head.includes('[=\\fI'), argument === 'optional');
      assert.equal(/" " \\fI/.test(head), argument === 'required');
    });
  }
});

describe('keepalived.conf.5', () => {
  const written = readFileSync(new URL('../man/keepalived.conf.5', import.meta.url), 'utf8');

  it('is what the keyword table says', () => {
    assert.equal(written, configPage(), 'run node scripts/write-man.ts');
  });

  it('has every keyword, and none that does not exist', () => {
    const count = (rows: Rows): number =>
      Object.values(rows).reduce((sum, row) => {
        const typed = row as AnyRow;
        return sum + 1 + (typed.kind === 'block' ? count(typed.rows) : 0);
      }, 0);
    assert.equal([...written.matchAll(/^\.TP$/gm)].length, count(rootRows));
  });

  it('has no line that man would take for a request of its own', () => {
    const requests = /^\.(?:\\"|TH|SH|SS|TP|PP|I|B|BR) ?/;
    const wrong = written.split('\n').filter((line) => /^[.']/.test(line) && !requests.test(line));
    assert.deepEqual(wrong, []);
  });
});

describe('genhash.1', () => {
  it('has the options that genhash tells of', () => {
    const manual = readFileSync(new URL('../man/genhash.1', import.meta.url), 'utf8');
    const told = [...HELP.matchAll(/--([\w-]+)/g)].map((match) => match[1]);
    const documented = [...manual.matchAll(/" \\-\\-([\w\\-]+)/g)].map((match) =>
      match[1]?.replaceAll('\\', ''),
    );
    assert.deepEqual([...new Set(documented)].sort(), [...new Set(told)].sort());
  });
});

describe('completions', () => {
  const path = (name: string): string => fileURLToPath(new URL(`debian/completion.${name}`, import.meta.url));

  it('are what the option tables say', () => {
    assert.equal(readFileSync(path('bash'), 'utf8'), bashCompletion(), 'run node scripts/write-man.ts');
    assert.equal(readFileSync(path('zsh'), 'utf8'), zshCompletion(), 'run node scripts/write-man.ts');
  });

  const complete = (...words: string[]): string[] => {
    const script = `. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _alived "$1"; echo "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script, path('bash'), ...words], {
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    return stdout.trim().split(' ');
  };

  it('complete options, subcommands, signals and files in bash', () => {
    assert.deepEqual(complete('keepalived', '--dont-r'), [
      '--dont-release-vrrp',
      '--dont-release-ipvs',
      '--dont-respawn',
    ]);
    assert.deepEqual(complete('/usr/sbin/alived', 'e'), ['explain', 'expand']);
    assert.deepEqual(complete('keepalived', '--signum', 'STATS'), ['STATS', 'STATS_CLEAR']);
    assert.deepEqual(complete('keepalived', '-f', '/etc/host'), complete('keepalived', '/etc/host'));
  });
});
