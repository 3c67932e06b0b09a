import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { parseConfig } from '../../grammar/index.ts';
import { systemFacts } from './facts.ts';
import { ConfigKeeper, keptBy, recording, replaying } from './kept-config.ts';

const own = () => systemFacts({ testing: false, configId: 'x', strictIncludes: false, env: {}, links: [] });
const names = (file: string, facts: ReturnType<typeof own>): string[] =>
  parseConfig(file, facts).model.scripts.map(({ name }) => name);

describe('the running configuration', () => {
  const dir = mkdtempSync(join(tmpdir(), 'kept-'));
  after(() => rmSync(dir, { recursive: true }));
  const main = join(dir, 'main.conf');
  const script = (name: string): string => `vrrp_script ${name} {\n script /bin/true\n}\n`;
  writeFileSync(main, `include ${dir}/*.part\ninclude ${dir}/missing\n${script('main')}`);
  writeFileSync(join(dir, 'a.part'), script('a'));
  writeFileSync(join(dir, 'b.part'), script('\u00e9'));

  it('reads the same after its files have changed, from the file that its process holds', () => {
    const { facts, kept } = recording(own());
    assert.deepEqual(names(main, facts), ['a', '\u00e9', 'main']);
    const options = { file: main, cwd: dir, configId: 'x', strictIncludes: false, namespace: undefined };
    const keeper = new ConfigKeeper();
    keeper.keep({ ...kept, options });
    writeFileSync(join(dir, 'a.part'), script('other'));
    writeFileSync(join(dir, 'c.part'), script('c'));
    rmSync(join(dir, 'b.part'));
    const found = keptBy(process.pid);
    assert.ok(found);
    assert.deepEqual(found.options, JSON.parse(JSON.stringify(options)));
    assert.deepEqual(names(main, replaying(own(), found)), ['a', '\u00e9', 'main']);
    keeper.keep({ ...kept, options: { ...options, file: 'second' } });
    assert.equal(keptBy(process.pid)?.options.file, 'second');
  });

  it('is nothing for a process that keeps none, or is not there', () => {
    assert.equal(keptBy(1), undefined);
    assert.equal(keptBy(2 ** 30), undefined);
  });
});
