/** What -t says about scripts that others could change, that are not there or that may not be run. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { alivedSays, makeTree, readMatrix } from './script-trees.ts';

const isRoot = process.getuid?.() === 0;
/** The account that scripts have without another; it was not there at the observation. */
const hasAccount = spawnSync('getent', ['passwd', 'keepalived_script']).status === 0;

function whyNot(needsAccount: boolean): string | false {
  if (!isRoot) return 'needs root to give files away';
  return needsAccount && hasAccount && 'a user keepalived_script exists here';
}

describe('fixtures/config/script-security', () => {
  for (const given of readMatrix().cases) {
    const named = given.user !== undefined || given.globals.some((line) => line.startsWith('script_user'));
    it(given.case, { skip: whyNot(!named) }, () => {
      const root = mkdtempSync(join(tmpdir(), 'alived-scripts-'));
      try {
        makeTree(root, given);
        const { exit, messages } = given;
        assert.deepEqual(alivedSays(root), { exit, messages });
      } finally {
        rmSync(root, { recursive: true });
      }
    });
  }
});
