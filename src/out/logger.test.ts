import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogLevel, LogSink } from '../ports/log.ts';
import { createLogger } from './logger.ts';

function sink(): { sink: LogSink; lines: [LogLevel, string, unknown][] } {
  const lines: [LogLevel, string, unknown][] = [];
  return { lines, sink: { write: (level, text, fields) => lines.push([level, text, fields]) } };
}

test('every sink gets the level, the text, and the id with its arguments', () => {
  const [a, b] = [sink(), sink()];
  createLogger([a.sink, b.sink], false).log('entering-master', 'VI_1');
  const line = ['info', '(VI_1) Entering MASTER STATE', { id: 'entering-master', args: ['VI_1'] }];
  assert.deepEqual(a.lines, [line]);
  assert.deepEqual(b.lines, [line]);
});

test('detail lines need -D', () => {
  for (const showDetail of [false, true]) {
    const { sink: to, lines } = sink();
    const logger = createLogger([to], showDetail);
    logger.log('receive-advertisement-timeout', 'VI_1');
    logger.log('entering-backup', 'VI_1');
    assert.equal(lines.length, showDetail ? 2 : 1);
    assert.equal(lines.at(-1)?.[1], '(VI_1) Entering BACKUP STATE');
  }
});

test('an id of the core is looked up, and one that does not exist is a bug of ours', () => {
  const { sink: to, lines } = sink();
  const logger = createLogger([to], true);
  logger.logById('sending-garp', ['eth0', '10.0.0.200']);
  assert.equal(lines[0]?.[1], 'Sending gratuitous ARP on eth0 for 10.0.0.200');
  assert.throws(() => logger.logById('no-such-id', []), /no-such-id/);
  assert.throws(() => logger.logById('toString', []), /toString/);
  assert.equal(lines.length, 1);
});
