/**
 * Asks the installed keepalived what -t says about scripts of many owners and modes, and writes the answers
 * to fixtures/config/script-security.json for scripts/lib/config-compare/script-trees.test.ts. Needs root,
 * and a machine without a user keepalived_script. The cases are those of the file; new ones need no answer
 * yet. 2.2.7 ends itself by SIGTERM where script_user is not root (exit null): those cannot be asked.
 *
 *   node scripts/observe-scripts.ts
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNamespace, removeNamespace } from './lib/config-compare/namespace.ts';
import {
  makeTree,
  matrixFile,
  readMatrix,
  type ScriptCase,
  upstreamSays,
} from './lib/config-compare/script-trees.ts';

const NAMESPACE = `alived-scripts-${process.pid}`;

function answered(given: ScriptCase): ScriptCase {
  const root = mkdtempSync(join(tmpdir(), 'alived-scripts-'));
  try {
    makeTree(root, given);
    return { ...given, ...upstreamSays(root, NAMESPACE) };
  } finally {
    rmSync(root, { recursive: true });
  }
}

createNamespace(NAMESPACE, { interfaces: ['eth0'] });
try {
  const { observed, cases } = readMatrix();
  const lines = cases.map((given) => JSON.stringify(answered(given))).join(',\n');
  writeFileSync(matrixFile, `{\n"observed": ${JSON.stringify(observed)},\n"cases": [\n${lines}\n]\n}\n`);
} finally {
  removeNamespace(NAMESPACE);
}
