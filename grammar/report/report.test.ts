import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { objectFacts } from '../testing.ts';
import { reportStatus } from './finding.ts';
import { review } from './report.ts';
import { withoutSilenced } from './silence.ts';
import { editDistance, nearest } from './suggest.ts';

const facts = (text: string, more: Record<string, string> = {}) =>
  objectFacts({ files: { 'k.conf': text, ...more } });
const reviewed = (text: string) => review('k.conf', facts(text)).findings;
/** `line code`, the shortest form that tells reports apart. */
const brief = (text: string): string[] =>
  reviewed(text).map(({ code, span }) => `${span?.line ?? '-'} ${code}`);

const GOOD = `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    10.0.0.1
  }
  priority 100
}
vrrp_instance B {
  interface eth0
  virtual_router_id 52
  virtual_ipaddress {
    10.0.0.2
  }
}
`;

const without = (line: number): string =>
  GOOD.split('\n')
    .filter((_, index) => index !== line - 1)
    .join('\n');

describe('one report for one mistake', () => {
  it('names the part of a path that others could change, at the command', () => {
    const head = 'global_defs {\n  enable_script_security\n  script_user root\n}\n';
    const text = `${head}${GOOD.replace('  priority 100', '  notify "/opt/x/notify a"')}`;
    const insecure = { path: '/opt/x', why: 'is owned by uid 7' };
    const given = { files: { 'k.conf': text }, scripts: { '/opt/x/notify': { insecure } } };
    const { findings } = review('k.conf', objectFacts(given));
    assert.deepEqual(
      findings.map(({ code, span, text: said }) => [code, span?.line, said]),
      [['AV0214', 11, "Script '/opt/x/notify' is unsafe: '/opt/x' is owned by uid 7"]],
    );
  });
  it('is silent about a good file', () => {
    assert.deepEqual(brief(GOOD), []);
    assert.equal(reportStatus(reviewed(GOOD)), 0);
  });

  it('names the list whose brace is missing', () => {
    const [found, ...more] = reviewed(without(6));
    assert.deepEqual(more, []);
    assert.deepEqual([found?.code, found?.span?.line], ['AV0034', 4]);
    assert.match(found?.help.join() ?? '', /before line 6/);
    assert.equal(found?.related[0]?.span.line, 6);
  });

  it('names the instance whose brace is missing', () => {
    const findings = reviewed(without(8));
    assert.deepEqual(
      findings.map(({ code, span }) => [code, span?.line]),
      [['AV0034', 1]],
    );
  });

  it('names the block by its indentation at the end of the file', () => {
    assert.deepEqual(brief(without(14)), ['12 AV0034']);
    assert.deepEqual(brief(without(15)), ['9 AV0034']);
  });

  it('finds the brace that ends a block too early', () => {
    const lines = GOOD.split('\n');
    lines[5] = '  }}';
    const [found, ...more] = reviewed(lines.join('\n'));
    assert.deepEqual(more, []);
    assert.deepEqual([found?.code, found?.span?.line, found?.span?.column], ['AV0033', 6, 4]);
    assert.equal(found?.related[0]?.span.line, 1);
  });

  it('finds a missing opening brace', () => {
    assert.deepEqual(brief(GOOD.replace('vrrp_instance B {', 'vrrp_instance B')), ['9 AV0031']);
    assert.deepEqual(brief(GOOD.replace('virtual_ipaddress {', 'virtual_ipaddress')), ['4 AV0031']);
  });

  it('finds the first line of global_defs missing', () => {
    assert.deepEqual(brief(`  router_id x\n  smtp_alert\n}\n${GOOD}`), ['1 AV0031']);
  });

  it('gives one report for each unknown keyword of a definition', () => {
    assert.deepEqual(
      brief(`$M=foo \\\n bar { \\\n x } \n\n$M\n${GOOD}`).filter((one) => one.startsWith('5')).length,
      2,
    );
  });

  it('skips an unknown block whole', () => {
    const text = GOOD.replace('priority 100', 'track_foo {\n    a\n    b { c }\n  }\n  priority 100');
    const [found, ...more] = reviewed(text);
    assert.deepEqual(more, []);
    assert.equal(found?.text, "Unknown block 'track_foo' in vrrp_instance");
    assert.match(found?.help.join() ?? '', /3 lines/);
  });

  it('goes on after a missing argument', () => {
    assert.deepEqual(brief(GOOD.replace('priority 100', 'priority').replace('52', '299')), [
      '7 AV0100',
      '11 AV0312',
      '- AV0601',
    ]);
  });

  it('points at the word', () => {
    const [found] = reviewed(GOOD.replace('priority 100', 'priority 100x'));
    assert.deepEqual([found?.code, found?.span?.line, found?.span?.column], ['AV0310', 7, 12]);
  });

  it('makes one report of a number and what follows from it', () => {
    const [found, ...more] = reviewed(GOOD.replace('priority 100', 'priority 300'));
    assert.deepEqual(more, []);
    assert.match(found?.help.join() ?? '', /Using default 100/);
  });

  it('never finds anything outside its file', () => {
    for (const text of [
      '',
      '}',
      '{',
      'a {',
      'vrrp_instance',
      '}{',
      'vrrp_instance A {{{',
      '"',
      '\0',
      '$A={\n$A\n}',
    ]) {
      for (const { span } of reviewed(text)) {
        assert.ok(!span || (span.start >= 0 && span.start <= span.end && span.end <= text.length), text);
      }
    }
  });
});

describe('advice', () => {
  const help = (text: string): string => reviewed(text)[0]?.help.join(' ') ?? '';

  it('names the nearest keyword of the block', () => {
    assert.match(help(GOOD.replace('priority', 'priorty')), /Did you mean 'priority'\?/);
    assert.match(help(GOOD.replace('vrrp_instance B', 'vvrp_instance B')), /Did you mean 'vrrp_instance'\?/);
  });

  it('says where a keyword is valid', () => {
    assert.match(
      help(GOOD.replace('priority 100', 'router_id x')),
      /valid in global_defs, not in vrrp_instance/,
    );
  });

  it('knows words of old documents and other habits', () => {
    assert.match(help(`global_defs {\n lvs_id x\n}`), /removed long ago/);
    assert.match(help(GOOD.replace('priority 100', 'priority=100')), /Write a blank in place of '='/);
    assert.match(help('// text\n'), /Comments start with #/);
    assert.match(help('\u00a0vrrp_version 3\n'), /U\+00A0/);
    assert.match(help('10.0.0.1\n'), /virtual_ipaddress/);
  });

  it('measures distances with swaps', () => {
    assert.equal(editDistance('interface', 'intreface', 3), 1);
    assert.equal(editDistance('abc', 'xyz', 3), 3);
    assert.deepEqual(nearest('advert_itn', ['advert_int', 'auth_type']), ['advert_int']);
    assert.deepEqual(nearest('zzzz', ['advert_int']), []);
  });
});

describe('options', () => {
  it('say what an older version would refuse', () => {
    const text = GOOD.replace('priority 100', 'no_virtual_ipaddress');
    const codes = (as: string) => review('k.conf', facts(text), { as }).findings.map(({ code }) => code);
    assert.deepEqual(codes('2.2.7'), ['AV0037']);
    assert.deepEqual(codes('2.4.3'), []);
  });

  it('silence by code and by comment', () => {
    const silenced = (text: string, disabled: readonly string[] = []) => {
      const { findings, textOf } = review('k.conf', facts(text));
      return withoutSilenced(findings, { disabled: new Set(disabled), textOf }).length;
    };
    const bad = GOOD.replace('priority 100', 'priority 100x').replace('51', '999');
    const all = silenced(bad);
    assert.ok(all >= 2);
    assert.equal(silenced(bad, ['AV0310']), all - 1);
    assert.equal(silenced(bad.replace('100x', '100x # alived: ignore AV0912, AV0310')), all - 1);
    assert.equal(silenced(bad.replace('  priority', '  # alived: ignore AV0310\n  priority')), all - 1);
    assert.equal(silenced(bad.replace('100x', '100x # alived: ignore')), all - 1);
    assert.equal(silenced(bad.replace('100x', '100x # alived: ignore AV0312')), all);
    assert.equal(silenced(bad.replace('interface eth0', 'interface eth0 # alived: ignore')), all);
  });
});
