import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProbeRecord } from './probe-record.ts';

/** A probe every 50 ms; those in `silent` get no answer, those in `late` get theirs 300 ms later. */
function record(count: number, silent: readonly number[], late: readonly number[] = []): ProbeRecord {
  const probes = new ProbeRecord();
  for (let at = 0; at < count; at++) {
    const number = probes.sent(at * 50);
    if (!silent.includes(at)) probes.answered(number, at * 50 + (late.includes(at) ? 300 : 1));
  }
  return probes;
}

describe('ProbeRecord', () => {
  it('tells answered, lost and open probes apart', () => {
    const probes = record(4, [1, 3]);
    assert.deepEqual(probes.recent(3, 170), ['lost', 'ok', 'open']);
    assert.equal(probes.lost(170), 1);
    assert.equal(probes.lost(151 + 100), 2);
  });

  it('measures from the last answer before to the first after, and counts a late answer as none', () => {
    const probes = record(20, [5, 6, 7], [8]);
    assert.deepEqual(probes.outage(0, 2000), { ms: 5 * 50, lost: 4 });
  });

  it('sees no outage without loss, before its start, or while it lasts', () => {
    assert.equal(record(10, []).outage(0, 2000), undefined);
    assert.equal(record(10, [2]).outage(150, 2000), undefined);
    assert.equal(record(10, [7, 8, 9]).outage(0, 2000), undefined);
    assert.equal(record(10, [7, 8, 9]).recovered(0, 2000), false);
    assert.equal(record(11, [7, 8, 9]).recovered(0, 2000), true);
  });
});
