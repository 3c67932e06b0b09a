import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createConsole } from './console.ts';
import { AF_UNIX, SOCK_DGRAM } from './constants.ts';
import { native } from './native.ts';
import { sockaddrUn } from './sockaddr.ts';
import { createSyslog } from './syslog.ts';
import { until } from './testing/until.ts';

const time = (): Date => new Date(2026, 10, 3, 9, 5, 31);

describe('log sinks', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'alived-log-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function daemon(path: string): { read(): string | undefined; stop(): void } {
    const address = sockaddrUn(path);
    assert.ok(address);
    const fd = native.socket(AF_UNIX, SOCK_DGRAM, 0);
    assert.equal(native.bind(fd, address), 0);
    const buffer = new Uint8Array(4096);
    return {
      read() {
        const length = native.read(fd, buffer);
        return length < 0 ? undefined : new TextDecoder().decode(buffer.subarray(0, length));
      },
      stop() {
        native.close(fd);
        rmSync(path);
      },
    };
  }

  it('writes RFC 3164 datagrams and survives a missing and a restarted daemon', () => {
    const path = join(folder, 'log');
    const syslog = createSyslog({ ident: 'Keepalived_vrrp', facility: 3, path, pid: 42, time });
    syslog.write('info', 'nobody listens');
    assert.equal(syslog.lost(), 1);
    const first = daemon(path);
    syslog.write('info', '(VI_1) Entering MASTER STATE');
    syslog.write('error', 'two\nlines');
    assert.equal(first.read(), '<30>Nov  3 09:05:31 Keepalived_vrrp[42]: (VI_1) Entering MASTER STATE');
    assert.equal(first.read(), '<27>Nov  3 09:05:31 Keepalived_vrrp[42]: two#012lines');
    first.stop();
    const second = daemon(path);
    syslog.write('warning', 'again');
    assert.equal(second.read(), '<28>Nov  3 09:05:31 Keepalived_vrrp[42]: again');
    assert.equal(syslog.lost(), 1);
    second.stop();
    syslog.close();
  });

  it('looks for a daemon that stays away now and then, not with every line', async () => {
    const path = join(folder, 'away');
    const syslog = createSyslog({ ident: 'x', facility: 3, path, time });
    for (let line = 0; line < 34; line++) syslog.write('info', 'nobody listens');
    const late = daemon(path);
    syslog.write('info', 'too soon');
    assert.equal(syslog.lost(), 35);
    for (let before = 0; syslog.lost() !== before; ) {
      before = syslog.lost();
      await new Promise((resolve) => setTimeout(resolve, 20));
      syslog.write('info', 'found');
    }
    assert.match(late.read() ?? '', /found$/);
    // It was found by time, not by the number of lines: a quiet daemon would lose hours otherwise.
    assert.ok(syslog.lost() < 35 + 16, `${syslog.lost()} lost`);
    late.stop();
    syslog.close();
  });

  it('keeps lines for a daemon that is slow, and drops those beyond its room', async () => {
    const path = join(folder, 'full');
    const slow = daemon(path);
    const syslog = createSyslog({ ident: 'x', facility: 23, path, time, room: 3000 });
    const lines = 5000;
    for (let i = 0; i < lines; i++) syslog.write('debug', `line ${i}`);
    const read: string[] = [];
    const told = (): boolean => {
      for (let line = slow.read(); line !== undefined; line = slow.read()) read.push(line);
      return / log lines were lost/.test(read.at(-1) ?? '');
    };
    await until('the line that tells of those lost', told);
    assert.match(read.pop() ?? '', new RegExp(`: ${syslog.lost()} log lines were lost`));
    assert.equal(read.length + syslog.lost(), lines);
    assert.ok(read.every((line, at) => line.endsWith(`: line ${at}`)));
    syslog.write('debug', 'room again');
    assert.match(slow.read() ?? '', /^<191>.*room again$/);
    slow.stop();
    syslog.close();
  });

  it('writes console lines to a file at the position of the descriptor', () => {
    const path = join(folder, 'console');
    const fd = openSync(path, 'w');
    const log = createConsole({ fd, time });
    log.write('notice', 'Starting');
    log.write('error', 'second');
    assert.equal(
      readFileSync(path, 'utf8'),
      'Tue Nov  3 09:05:31 2026: Starting\nTue Nov  3 09:05:31 2026: second\n',
    );
    log.close();
    closeSync(fd);
  });

  it('does not wait for the reader of a pipe, who gets every line all the same', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const fd = openSync(path, constants.O_WRONLY);
    const log = createConsole({ fd, time });
    for (let i = 0; i < 3000; i++) log.write('info', 'x'.repeat(100));
    log.write('info', 'last');
    const buffer = Buffer.alloc(1 << 20);
    let text = '';
    await until('every line', () => {
      text += buffer.toString('latin1', 0, readSync(reader, buffer));
      return text.endsWith('2026: last\n');
    });
    assert.equal(text.split('\n').length, 3002);
    closeSync(reader);
    log.write('info', 'nobody is there');
    log.close();
    closeSync(fd);
  });

  it('survives a stderr that is closed or whose reader is gone', async () => {
    const module = JSON.stringify(new URL('./console.ts', import.meta.url).href);
    const text = `import { createConsole } from ${module}; const log = createConsole();
      for (let i = 0; i < 2000; i++) log.write('info', 'x'.repeat(100)); process.exit(7);`;
    const args = ['--input-type=module-typescript', '--eval', text];
    const quoted = args.map((arg) => `'${arg.replaceAll("'", `'\\''`)}'`).join(' ');
    for (const redirection of ['2>&-', '2>/dev/null', '2> >(exec true)']) {
      const child = spawn('bash', ['-c', `'${process.execPath}' ${quoted} ${redirection}`], {
        stdio: 'ignore',
      });
      let status: number | null | undefined;
      child.on('exit', (code) => {
        status = code;
      });
      await until(`the process ends with ${redirection}`, () => status !== undefined);
      assert.equal(status, 7, redirection);
    }
  });
});
