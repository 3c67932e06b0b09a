import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runCommand } from './commands.ts';
import { wantsColour } from './output.ts';

const folder = mkdtempSync(join(tmpdir(), 'alived-commands-'));
after(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  chmodSync(path, 0o600);
  return path;
};

async function run(...words: readonly string[]) {
  let out = '';
  let err = '';
  const output = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    colour: false,
  };
  return { status: await runCommand(words, output), out, err };
}

const GOOD = `vrrp_instance A {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        10.0.0.1
    }
}
`;

describe('alived check', () => {
  const check = (text: string, ...options: readonly string[]) =>
    run('check', '--offline', ...options, file('k.conf', text));

  it('ends with 0, 1 or 2', async () => {
    assert.deepEqual(await check(GOOD), { status: 0, out: '', err: '' });
    const advised = GOOD.replace('    virtual_i', '    track_script {\n    }\n    virtual_i');
    assert.equal((await check(advised)).status, 1);
    assert.equal((await check(advised, '--no-lint')).status, 0);
    assert.equal((await check(advised, '--disable', 'av0913')).status, 0);
    assert.equal((await check(GOOD.replace('virtual_router_id', 'virtual_routr_id'))).status, 2);
    assert.equal((await run('check', '--offline', join(folder, 'absent.conf'))).status, 2);
  });

  it('reports as text, JSON and SARIF', async () => {
    const bad = GOOD.replace('interface', 'intreface');
    const text = await check(bad);
    assert.match(text.out, /k\.conf:2:5: error\[AV0030\]: Unknown keyword 'intreface'/);
    assert.match(text.err, /errors?/);
    const { findings } = JSON.parse((await check(bad, '--format', 'json')).out) as { findings: unknown[] };
    assert.ok(findings.length > 0);
    const sarif = JSON.parse((await check(bad, '--format=sarif')).out) as { version: string };
    assert.equal(sarif.version, '2.1.0');
  });

  it('asks the machine unless told not to', async () => {
    const path = file('k.conf', GOOD.replace('eth0', 'nosuchif0'));
    assert.match((await run('check', path)).out, /nosuchif0.*doesn't exist/);
    assert.equal((await run('check', '--offline', path)).status, 0);
  });

  it('knows other versions', async () => {
    const newer = GOOD.replace('}\n}', '}\n    no_virtual_ipaddress\n}');
    assert.equal((await check(newer)).status, 0);
    assert.match((await check(newer, '--as', '2.2.7')).out, /AV0037.*2\.2\.8/);
  });

  it('refuses a wrong command line with a status of its own', async () => {
    assert.equal((await run('check')).status, 64);
    assert.equal((await check(GOOD, '--format', 'xml')).status, 64);
    assert.equal((await check(GOOD, '--disable', '913')).status, 64);
    assert.equal((await check(GOOD, '--as', 'new')).status, 64);
  });
});

describe('alived fmt', () => {
  const MESSY = GOOD.replaceAll('    ', '\t');

  it('prints, checks and writes', async () => {
    const path = file('f.conf', MESSY);
    chmodSync(path, 0o640);
    assert.deepEqual(await run('fmt', path), { status: 0, out: GOOD, err: '' });
    assert.deepEqual(await run('fmt', '--check', path), { status: 1, out: `${path}\n`, err: '' });
    assert.deepEqual(await run('fmt', '-w', path), { status: 0, out: '', err: '' });
    assert.equal(readFileSync(path, 'utf8'), GOOD);
    assert.equal(statSync(path).mode & 0o777, 0o640);
    assert.equal((await run('fmt', '--check', path)).status, 0);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.alived-fmt')),
      [],
    );
  });

  it('leaves a file alone that it cannot lay out', async () => {
    const path = file('g.conf', 'vrrp_instance A {\n');
    const result = await run('fmt', '-w', path);
    assert.equal(result.status, 2);
    assert.match(result.err, /not closed; the file is left as it is/);
    assert.equal(readFileSync(path, 'utf8'), 'vrrp_instance A {\n');
  });

  it('keeps bytes that are not UTF-8', async () => {
    const path = join(folder, 'latin.conf');
    writeFileSync(path, Buffer.from('a   # \xe9\n', 'latin1'));
    assert.equal((await run('fmt', '-w', path)).status, 0);
    assert.equal(readFileSync(path, 'latin1'), 'a # \xe9\n');
  });
});

describe('alived expand and explain', () => {
  it('flatten, with the origin or without', async () => {
    file('part.conf', 'priority 7\n');
    const path = file('e.conf', 'vrrp_instance A {\n  include part.conf\n}\n');
    assert.match((await run('expand', path)).out, /# from part\.conf:1\n {4}priority 7/);
    assert.equal((await run('expand', '--no-origin', path)).out, 'vrrp_instance A {\n    priority 7\n}\n');
    assert.equal((await run('expand', join(folder, 'absent'))).status, 2);
  });

  it('explain one code, or list all', async () => {
    assert.match((await run('explain', 'av0030')).out, /^AV0030: unknown keyword \(error\)/);
    assert.match((await run('explain')).out, /^AV0001 {2}/);
    assert.equal((await run('explain', 'AV9999')).status, 1);
  });
});

describe('the command line', () => {
  const bin = (name: string): string => fileURLToPath(new URL(`../../bin/${name}`, import.meta.url));

  it('has subcommands as alived only', () => {
    assert.match(execFileSync(bin('alived'), ['explain', 'AV0030'], { encoding: 'utf8' }), /unknown keyword/);
    const other = spawnSync(bin('keepalived'), ['explain', '-t', '-f', '/dev/null'], { encoding: 'utf8' });
    assert.match(other.stdout, /Unexpected argument\(s\): explain/);
  });

  it('colours terminals only', () => {
    assert.equal(wantsColour({ isTTY: true }, {}), true);
    assert.equal(wantsColour({}, {}), false);
    assert.equal(wantsColour({ isTTY: true }, { NO_COLOR: '1' }), false);
    assert.equal(wantsColour({ isTTY: true }, { TERM: 'dumb' }), false);
  });
});
