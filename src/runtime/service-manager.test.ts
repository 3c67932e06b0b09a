import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { AF_UNIX, SOCK_DGRAM } from './constants.ts';
import { native } from './native.ts';
import { createServiceManager } from './service-manager.ts';
import { sockaddrUn } from './sockaddr.ts';
import { until } from './testing/until.ts';

function manager(path: string): { read: () => string[]; close: () => void } {
  const address = sockaddrUn(path);
  assert.ok(address);
  const fd = native.socket(AF_UNIX, SOCK_DGRAM, 0);
  assert.equal(native.bind(fd, address), 0);
  const heard: string[] = [];
  const buffer = new Uint8Array(512);
  const read = (): string[] => {
    for (;;) {
      const length = native.recvmsg(fd, buffer, null, null, 0, new Int32Array(3));
      if (length < 0) return heard;
      heard.push(new TextDecoder().decode(buffer.subarray(0, length)));
    }
  };
  return { read, close: () => native.close(fd) };
}

test('the service manager hears of states, and its watchdog of life', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'alived-notify-'));
  const path = join(folder, 'socket');
  const own = manager(path);
  const told = createServiceManager({ NOTIFY_SOCKET: path });
  told.ready('running');
  told.reloading();
  told.stopping();
  told.close();
  const [ready, reloading, ...rest] = own.read();
  assert.equal(ready, `READY=1\nMAINPID=${process.pid}\nSTATUS=running`);
  assert.match(reloading ?? '', /^RELOADING=1\nMONOTONIC_USEC=\d+$/);
  assert.deepEqual(rest, ['STOPPING=1']);
  const watched = createServiceManager({
    NOTIFY_SOCKET: path,
    WATCHDOG_USEC: '20000',
    WATCHDOG_PID: String(process.pid),
  });
  await until(
    'the watchdog to hear twice',
    () => own.read().filter((line) => line === 'WATCHDOG=1').length >= 2,
  );
  watched.close();
  own.close();
  rmSync(folder, { recursive: true });
});

test('a name in the abstract space is understood, and nobody who listens is nobody told', () => {
  const name = `@alived-notify-${process.pid}`;
  const own = manager(name.replace('@', '\0'));
  createServiceManager({ NOTIFY_SOCKET: name }).stopping();
  assert.deepEqual(own.read(), ['STOPPING=1']);
  own.close();
  for (const NOTIFY_SOCKET of [name, '/nonexistent/socket', 'vsock:2:1', '']) {
    createServiceManager({ NOTIFY_SOCKET }).stopping();
  }
});
