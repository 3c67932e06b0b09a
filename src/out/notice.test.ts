import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fifoLine, type Notice, webhookBody } from './notice.ts';

const speaker = { host: 'lb1.example', routerId: 'lb1' };
const at = new Date('2026-11-26T19:12:00.125Z');
const head = { time: '2026-11-26T19:12:00.125Z', host: 'lb1.example', router_id: 'lb1' };

const cases: readonly (readonly [Notice, string, object])[] = [
  [
    { type: 'INSTANCE', name: 'VI_1', state: 'MASTER', priority: 150 },
    'INSTANCE "VI_1" MASTER 150\n',
    { type: 'INSTANCE', name: 'VI_1', state: 'MASTER', priority: 150 },
  ],
  [
    { type: 'GROUP', name: 'G', state: 'FAULT' },
    'GROUP "G" FAULT 0\n',
    { type: 'GROUP', name: 'G', state: 'FAULT' },
  ],
  [
    { type: 'VS', name: '[10.0.0.1]:tcp:80', state: 'DOWN' },
    'VS [10.0.0.1]:tcp:80 DOWN\n',
    { type: 'VS', name: '[10.0.0.1]:tcp:80', state: 'DOWN' },
  ],
  [
    { type: 'RS', name: '[10.1.0.1]:tcp:80', virtualServer: 'FWM 7', state: 'UP' },
    'RS [10.1.0.1]:tcp:80 FWM 7 UP\n',
    { type: 'RS', name: '[10.1.0.1]:tcp:80', state: 'UP', virtual_server: 'FWM 7' },
  ],
];

describe('notices', () => {
  for (const [notice, line, body] of cases) {
    it(`of ${notice.type} as a line and as JSON`, () => {
      assert.equal(fifoLine(notice), line);
      assert.deepEqual(JSON.parse(webhookBody(notice, speaker, at)), { ...head, ...body });
    });
  }
});
