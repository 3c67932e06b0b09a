/** The single executable: made, asked what the checkout is asked, and run as a router in a namespace. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createLab, missingForNamespaces, removeLab } from '../src/runtime/testing/namespace.ts';
import { until } from '../src/runtime/testing/until.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'alived-package-'));
const dist = join(folder, 'dist');

const asked = (program: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: root });
  return { status, stdout, stderr };
};

describe('the single executable', () => {
  before(() => {
    const made = spawnSync(process.execPath, ['scripts/package.js', '--only-executable', dist], {
      cwd: root,
      encoding: 'utf8',
    });
    assert.equal(made.status, 0, made.stderr);
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const args of [
    ['-v'],
    ['-t', '-f', 'fixtures/config/demo/a.conf'],
    ['-t', '-f', 'nowhere.conf'],
    ['-y'],
  ]) {
    it(`answers ${args.join(' ')} like the checkout`, () => {
      assert.deepEqual(
        asked(join(dist, 'keepalived'), ...args),
        asked(join(root, 'bin/keepalived'), ...args),
      );
    });
  }

  it('is genhash by that name, and has the subcommands', () => {
    assert.match(asked(join(dist, 'genhash'), '-h').stderr, /^usage: genhash/);
    assert.match(asked(join(dist, 'alived'), 'explain', 'AV0215').stdout, /^AV0215: /);
  });

  it('takes nothing from NODE_OPTIONS', () => {
    const env = { ...process.env, NODE_OPTIONS: '--require=/nonexistent/module.js' };
    assert.equal(spawnSync(join(dist, 'alived'), ['-v'], { env }).status, 0);
  });

  it('runs a router and its child, and cleans up', { skip: missingForNamespaces() }, async () => {
    const lab = createLab('package');
    const pid = (name: string): string => join(folder, `${name}.pid`);
    const config = join(folder, 'keepalived.conf');
    const text = `vrrp_instance V {
  interface eth0
  virtual_router_id 7
  priority 200
  version 3
  advert_int 0.1
  virtual_ipaddress {
    192.0.2.77/24
  }
}
`;
    writeFileSync(config, text);
    const files = [
      '-f',
      config,
      '-p',
      pid('parent'),
      '-r',
      pid('vrrp'),
      '-c',
      pid('checkers'),
      '-b',
      pid('bfd'),
    ];
    const addresses = (): string => asked('ip', '-n', lab.a, '-br', 'address', 'show', 'dev', 'eth0').stdout;
    try {
      const command = ['netns', 'exec', lab.a, join(dist, 'keepalived'), '-n', '-l', '-D', ...files];
      const daemon = spawn('ip', command, { stdio: 'ignore' });
      await until('the address to come', () => addresses().includes('192.0.2.77'));
      const child = readFileSync(pid('vrrp'), 'utf8').trim();
      assert.ok(existsSync(`/proc/${child}`));
      daemon.kill('SIGTERM');
      await until('the daemon to end', () => daemon.exitCode !== null || daemon.signalCode !== null);
      assert.deepEqual([daemon.exitCode, existsSync(pid('parent'))], [0, false]);
      assert.ok(!addresses().includes('192.0.2.77'));
    } finally {
      removeLab(lab);
    }
  });
});
