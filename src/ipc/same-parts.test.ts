import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lengthen, sameData, shorten } from './same-parts.ts';

const part = (name: string, more: object = {}) => ({ name, list: [{ bytes: Uint8Array.of(1, 2) }], ...more });

describe('parts of a configuration that have not changed', () => {
  it('are found whatever their order, and come back as the same objects', () => {
    const before = [part('a'), part('b'), part('c')];
    const after = [part('c'), part('b', { weight: 2 }), part('d')];
    const sent = shorten(after, before);
    assert.deepEqual(sent, [2, after[1], after[2]]);
    const again = lengthen(structuredClone(sent), before);
    assert.equal(again[0], before[2]);
    assert.deepEqual(again, after);
  });

  it('differ by anything in them', () => {
    const different: readonly (readonly [unknown, unknown])[] = [
      [{ a: 1 }, { a: 2 }],
      [{ a: 1 }, { a: 1, b: undefined }],
      [{ a: 1, b: 1 }, { a: 1 }],
      [[1, 2], [1]],
      [[], {}],
      [Uint8Array.of(1), Uint8Array.of(2)],
      [Uint8Array.of(1), [1]],
      [null, {}],
      ['1', 1],
    ];
    for (const [a, b] of different) {
      assert.equal(sameData(a, b), false, JSON.stringify([a, b]));
      assert.equal(sameData(b, a), false, JSON.stringify([b, a]));
      assert.equal(sameData(a, structuredClone(a)), true);
    }
  });
});
