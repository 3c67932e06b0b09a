import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import type { ProcessEvent } from '../ports/processes.ts';
import { createLoop } from './loop.ts';
import { createProcesses } from './processes.ts';
import { until } from './testing/until.ts';

describe('processes', () => {
  it('are listed with name and command line', () => {
    const loop = createLoop();
    const processes = createProcesses(loop);
    assert.ok(processes.list().includes(process.pid));
    const found = processes.look(process.pid, true);
    assert.equal(found?.name.length !== 0 && (found?.name.length ?? 99) <= 15, true);
    assert.ok(found?.argv.some((word) => word.endsWith('processes.test.ts')));
    assert.deepEqual(processes.look(process.pid, false)?.argv, []);
    assert.equal(processes.look(0x7fff_ffff, true), undefined);
    loop.close();
  });

  it('are heard of when they start and end, or the kernel says why not', async (context) => {
    const loop = createLoop();
    const processes = createProcesses(loop);
    const seen: ProcessEvent[] = [];
    const listening = processes.subscribe((event) => seen.push(event));
    if (!listening.ok) {
      loop.close();
      context.skip(`${listening.error.call}: errno ${listening.error.errno}`);
      return;
    }
    const child = spawn('/bin/sleep', ['0.05'], { stdio: 'ignore' });
    await once(child, 'exit');
    const of = (kind: ProcessEvent['event']) =>
      seen.some((event) => event.event === kind && 'pid' in event && event.pid === child.pid);
    await until('the end is told', () => of('exit'));
    assert.ok(seen.some(({ event }) => event === 'listening'));
    assert.ok(of('fork') && of('renamed'));
    listening.value();
    const heard = seen.length;
    await once(spawn('/bin/true', { stdio: 'ignore' }), 'exit');
    assert.equal(seen.length, heard);
    loop.close();
  });
});
