import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { native } from './native.ts';

const uid = process.getuid?.() ?? 0;
const here = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href);

/** Runs a module text in a process of its own and returns the JSON it printed. */
function isolated(body: string, user?: { uid: number; gid: number }): unknown {
  const text = `import * as own from ${here('./process.ts')}; import { native } from ${here('./native.ts')};
    import { createLoop } from ${here('./loop.ts')}; import { createKernel } from ${here('./kernel-linux.ts')};
    import { createNet } from ${here('./net-linux.ts')}; const print = (v) => console.log(JSON.stringify(v)); ${body}`;
  const args = ['--input-type=module-typescript', '--eval', text];
  const output = execFileSync(process.execPath, args, {
    encoding: 'utf8',
    timeout: 30_000,
    cwd: '/',
    ...user,
  });
  return JSON.parse(output);
}

const done = { ok: true };

describe('own process', () => {
  it('sets the name that ps shows, cut to 15 bytes', () => {
    const body = `print([own.setProcessName('keepalived_vrrp_long'), own.getProcessName()])`;
    assert.deepEqual(isolated(body), [done, 'keepalived_vrrp']);
  });

  it('sets limits and reads them back, infinity included', () => {
    const body = `print([own.setLimit('core', 0, 0), own.getLimit('core'), own.setLimit('nofile', 512, 1024), own.getLimit('nofile'),
      own.setLimit('rttime', 10000, Infinity), own.getLimit('rttime').value.hard === Infinity])`;
    const limit = (soft: number, hard: number) => ({ ok: true, value: { soft, hard } });
    assert.deepEqual(isolated(body), [done, limit(0, 0), done, limit(512, 1024), done, true]);
  });

  it('sets nice value and CPU affinity of all threads', () => {
    const body = `import { readdirSync, readFileSync } from 'node:fs'; import os from 'node:os';
      const cpu = own.getCpuAffinity().at(-1);
      const results = [own.setPriority(7), own.setCpuAffinity([cpu])];
      const lists = readdirSync('/proc/self/task').map((t) =>
        /Cpus_allowed_list:\\s*(\\S+)/.exec(readFileSync('/proc/self/task/' + t + '/status', 'utf8'))[1]);
      print([...results, os.getPriority(), lists.every((l) => l === String(cpu)), lists.length > 1, own.setCpuAffinity([5000])])`;
    assert.deepEqual(isolated(body), [
      done,
      done,
      7,
      true,
      true,
      { ok: false, error: { call: 'sched_setaffinity', errno: 22 } },
    ]);
  });

  it('takes and gives up real-time scheduling', { skip: uid !== 0 && 'CAP_SYS_NICE is missing' }, () => {
    const body = `const r = own.setRealtimePriority(3); const policy = native.schedGetscheduler(0);
      print([r, policy, own.clearRealtimePriority(), native.schedGetscheduler(0)])`;
    const [first, policy, second, after] = isolated(body) as unknown[];
    assert.deepEqual([first, second, after], [done, done, 0]);
    assert.equal(Number(policy) & 0xff, 2, 'SCHED_RR');
  });

  it('asks for a signal when its parent dies', () => {
    assert.deepEqual(isolated('print([own.setParentDeathSignal(15), own.setParentDeathSignal(999)])'), [
      done,
      { ok: false, error: { call: 'prctl(PR_SET_PDEATHSIG)', errno: 22 } },
    ]);
  });

  it('reports missing privileges as values', { skip: uid !== 0 && 'root, to drop it, is missing' }, () => {
    const body = `const loop = createLoop(); const net = createNet(loop);
      const spec = { family: 4, ifindex: 1, ifname: 'lo', protocol: 112 };
      const address = { ifindex: 1, family: 4, address: Uint8Array.of(127, 9, 9, 9), prefix: 32, scope: 0, flags: 0 };
      const kernel = createKernel(loop);
      print([net.openVrrp(spec, () => {}), net.sendFrame(1, new Uint8Array(42)), net.sendNeighbourAdvert(1, new Uint8Array(16), new Uint8Array(24)),
        kernel.ok && kernel.value.linkByName('lo')?.index, kernel.value.apply([{ op: 'addAddress', spec: address }])[0].errno,
        own.setRealtimePriority(1).ok, own.setPriority(-5).error]); loop.close(); kernel.value.close();`;
    const refused = { ok: false, error: { call: 'socket', errno: 1 } };
    assert.deepEqual(isolated(body, { uid: 65534, gid: 65534 }), [
      refused,
      refused,
      refused,
      1,
      1,
      false,
      { call: 'setpriority', errno: 13 },
    ]);
  });

  it('refuses prctl options that take addresses, and wrong argument types', () => {
    assert.equal(native.prctl(15, 0), -22, 'PR_SET_NAME');
    assert.throws(() => native.prctl(1.5, 0), TypeError);
    assert.throws(() => Reflect.apply(native.read, undefined, [0, 'text']), /data must be a Uint8Array/);
    assert.throws(() => Reflect.apply(native.read, undefined, [0, new Uint16Array(4)]), TypeError);
    assert.throws(
      () => Reflect.apply(native.recvmsg, undefined, [0, new Uint8Array(1), null, null, 0]),
      TypeError,
    );
    assert.equal(native.bind(-1, new Uint8Array(200)), -22, 'longer than any socket address');
    assert.equal(native.sendmsg(-1, new Uint8Array(1), null, new Uint8Array(4096), 0), -22);
    assert.equal(native.read(-1, new Uint8Array(1)), -9);
  });
});
