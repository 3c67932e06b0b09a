import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mutate, seedOf } from './mutate.ts';
import { compareVerdicts, parseMessages, templateOf } from './verdict.ts';

const CONFIG = `global_defs {
  router_id r1
}
vrrp_instance A {
  interface eth0
  priority 100
  virtual_ipaddress {
    10.0.0.1
  }
}
`;

describe('mutations', () => {
  it('repeat themselves with their seed', () => {
    for (let index = 0; index < 50; index++) {
      const seed = seedOf('a.conf', 7, index);
      assert.deepEqual(mutate(CONFIG, seed), mutate(CONFIG, seed));
    }
  });

  it('change nearly every time, and in many ways', () => {
    const made = Array.from({ length: 500 }, (_, index) => mutate(CONFIG, seedOf('a.conf', 1, index)));
    assert.ok(made.filter(({ text }) => text !== CONFIG).length > 440);
    assert.ok(new Set(made.flatMap(({ slips }) => slips)).size >= 17);
  });

  it('take any text', () => {
    for (const text of ['', '\n', '}', '{', '   ', '"']) {
      for (let index = 0; index < 200; index++) mutate(text, index);
    }
  });
});

describe('verdicts', () => {
  it('take the place off the message', () => {
    assert.deepEqual(parseMessages("(Line 3) Unknown keyword 'a'\n(x: y.conf: Line 12) b\nc\n"), [
      { line: 3, text: "Unknown keyword 'a'" },
      { line: 12, text: 'b' },
      { line: null, text: 'c' },
    ]);
  });

  it('count each message once and name what differs', () => {
    const message = (line: number | null, text: string) => ({ line, text });
    const upstream = { exit: 5, messages: [message(1, 'a'), message(1, 'a'), message(2, 'b')] };
    const same = compareVerdicts(upstream, { exit: 5, messages: [message(2, 'b'), message(1, 'a')] });
    assert.ok(same.sameExit && same.sameLines && same.sameTexts);
    const other = compareVerdicts(upstream, { exit: 0, messages: [message(2, 'c'), message(1, 'a')] });
    assert.deepEqual([other.sameExit, other.sameLines, other.sameTexts], [false, true, false]);
    assert.deepEqual([other.missing, other.extra], [[message(2, 'b')], [message(2, 'c')]]);
  });

  it('leave out what differs on purpose, and say so of the exit status', () => {
    const text = '(A): VIP duplicates a VIP 10.0.0.1 - ignoring';
    const found = compareVerdicts({ exit: 0, messages: [] }, { exit: 5, messages: [{ line: 4, text }] });
    assert.deepEqual([found.sameTexts, found.sameLines, found.explainedExit], [true, true, true]);
  });

  it('add up under a template', () => {
    assert.equal(templateOf("number '300' outside range [1, 255]"), "number '…' outside range [N, N]");
    assert.equal(templateOf('(VI_1) no VIP'), templateOf('(VI_2) no VIP'));
  });
});
