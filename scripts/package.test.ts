/** The single executable: made, asked what the checkout is asked, and run as a router in a namespace. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { tree } from '../compat-tests/lib/processes.ts';
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

  it('needs nothing but the C and C++ libraries', { skip: process.arch !== 'x64' && 'x86-64' }, () => {
    const env = { ...process.env, LD_TRACE_LOADED_OBJECTS: '1' };
    const { stdout } = spawnSync(join(dist, 'alived'), [], { env, encoding: 'utf8' });
    const names = stdout
      .split('\n')
      .flatMap((line) => /^\s*(?:\/.*\/)?([a-z+-]+[^\s]*)/.exec(line)?.[1] ?? []);
    assert.ok(
      names.some((name) => name.startsWith('libc.so')),
      stdout,
    );
    const known = /^(?:linux-vdso|ld-linux-x86-64|lib(?:c|m|dl|pthread|stdc\+\+|gcc_s))\.so/;
    assert.deepEqual(
      names.filter((name) => !known.test(name)),
      [],
    );
  });

  it('takes nothing from NODE_OPTIONS', () => {
    const env = { ...process.env, NODE_OPTIONS: '--require=/nonexistent/module.js' };
    assert.equal(spawnSync(join(dist, 'alived'), ['-v'], { env }).status, 0);
  });

  /** How those who run keepalived start it; F is the configuration and P_ a pid file. */
  const commandLines: Readonly<Record<string, string>> = {
    'the unit of Debian': '--dont-fork -f F -p P_parent -r P_vrrp',
    neutron: '-P -f F -p P_parent -r P_vrrp -D',
    octavia: '-D -d -f F -p P_parent -r P_vrrp -c P_checkers',
    kolla: '-nld -p P_parent -r P_vrrp -f F',
    VyOS: '--use-file F --pid P_parent --vrrp_pid P_vrrp --vrrp --log-detail',
    osixia: '-f F --dont-fork --log-console --vrrp_pid P_vrrp --pid P_parent',
  };
  for (const [name, line] of Object.entries(commandLines)) {
    it(`runs with the command line of ${name}`, { skip: missingForNamespaces() }, () => play(line));
  }
});

describe('the function of libatomic in it', { skip: process.arch !== 'x64' && 'x86-64' }, () => {
  it('exchanges what is as expected, wherever it stands, and tells what is not', () => {
    const program = join(mkdtempSync(join(tmpdir(), 'alived-atomic-')), 'test');
    const source = join(root, 'scripts/lib/atomic-compare-exchange.c');
    const text = `#include "${source}"
      int main(void) {
        union { uint64_t words[3]; char bytes[24]; } all = {{1, 2, 3}};
        for (int at = 0; at <= 16; at++) {
          Loose *place = (Loose *)(all.bytes + at), was = *place, other = was + 1, next = was ^ 0x1234567890;
          if (alived_compare_exchange(8, place, &other, &next, 5, 5)) return 1;
          if (other != was || *place != was) return 2;
          if (!alived_compare_exchange(8, place, &other, &next, 5, 5)) return 3;
          if (*place != next || other != was) return 4;
        }
        return 0;
      }`;
    const made = spawnSync('cc', ['-O2', '-x', 'c', '-o', program, '-'], { input: text, encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
    assert.equal(spawnSync(program).status, 0);
    rmSync(dirname(program), { recursive: true });
  });
});

const CONFIG = `vrrp_instance V {
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

/** The process of this name among the descendants. */
function childOf(parent: number, name: string): number {
  const found = tree(parent).find((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === name);
  assert.ok(found !== undefined, `${name} runs`);
  return found;
}

/** A router comes up, reloads, dumps and goes. */
async function play(line: string): Promise<void> {
  const lab = createLab('package');
  const config = join(folder, 'keepalived.conf');
  writeFileSync(config, CONFIG);
  const pidFile = (name: string): string => join(folder, `${name}.pid`);
  const words = line
    .split(' ')
    .map((word) => (word === 'F' ? config : word.replace(/^P_(.*)/, (_, name) => pidFile(name))));
  const addresses = (): string => asked('ip', '-n', lab.a, '-br', 'address', 'show', 'dev', 'eth0').stdout;
  const dump = join(folder, 'keepalived.data');
  rmSync(dump, { force: true });
  try {
    const command = ['netns', 'exec', lab.a, join(dist, 'keepalived'), '-G', ...words];
    spawn('ip', command, { stdio: 'ignore', env: { ...process.env, TMPDIR: folder } });
    await until('the address to come', () => addresses().includes('192.0.2.77'));
    const [parent = 0, child = 0] = ['parent', 'vrrp'].map((name) =>
      Number(readFileSync(pidFile(name), 'utf8')),
    );
    const engine = childOf(parent, 'alived-engine');
    process.kill(parent, 'SIGHUP');
    process.kill(parent, 'SIGUSR1');
    await until('the dump', () => existsSync(dump));
    assert.match(readFileSync(dump, 'utf8'), /^ VRRP Instance = V$/m);
    assert.ok(addresses().includes('192.0.2.77') && existsSync(`/proc/${child}`));
    process.kill(parent, 'SIGTERM');
    await until('the daemon to end', () => !existsSync(`/proc/${parent}`));
    await until('the engine to end', () => !existsSync(`/proc/${engine}`));
    assert.deepEqual([existsSync(pidFile('parent')), existsSync(pidFile('vrrp'))], [false, false]);
    assert.ok(!addresses().includes('192.0.2.77'));
  } finally {
    removeLab(lab);
  }
}
