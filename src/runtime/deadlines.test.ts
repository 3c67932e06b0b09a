import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ms, type Us } from '../units.ts';
import { createDeadlines } from './deadlines.ts';
import { createLoop } from './loop.ts';

describe('time limits', () => {
  it('end in order and on time, unless they are cancelled', async () => {
    const loop = createLoop();
    const { add } = createDeadlines(loop, 'limit');
    const startUs = loop.now();
    const told: [name: string, tookUs: number][] = [];
    const note = (name: string) => () => told.push([name, loop.now() - startUs]);
    add(ms(30), note('long'));
    const gone = add(ms(10), note('gone'));
    add(ms(10), note('short'));
    gone.cancel();
    await new Promise<void>((resolve) => {
      add(ms(30), resolve);
    });
    loop.close();
    assert.deepEqual(
      told.map(([name]) => name),
      ['short', 'long'],
    );
    for (const [name, tookUs] of told)
      assert.ok(tookUs >= ms(name === 'short' ? 10 : 30), `${name} ${tookUs}`);
  });

  it('forget those that are over, however many one late one has behind it', async () => {
    const loop = createLoop();
    const { add } = createDeadlines(loop, 'limit');
    let expired = 0;
    const first = add(ms(20), () => {
      expired++;
    });
    for (let at = 0; at < 5000; at++) add(ms(20), () => expired++).cancel();
    first.cancel();
    const second = new Promise<Us>((resolve) => {
      add(ms(20), () => resolve(loop.now()));
    });
    await second;
    loop.close();
    assert.equal(expired, 0);
  });
});
