/**
 * The house rules, enforced. First each rule is shown a planted violation and a harmless neighbour of it, so
 * that a rule which no longer sees anything fails here; then all rules run over the real tree.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cycles } from './lib/tidy/cycles.ts';
import { dependenciesExplained, linksResolve } from './lib/tidy/documents.ts';
import { corpusRule, digestOf } from './lib/tidy/fixtures.ts';
import { measureFunctions } from './lib/tidy/functions.ts';
import { apart, directions, environment, layersKnown, noEvents, purity } from './lib/tidy/layers.ts';
import { formatViolation, type Rule } from './lib/tidy/rule.ts';
import { rules } from './lib/tidy/rules.ts';
import { scanSource } from './lib/tidy/source.ts';
import * as style from './lib/tidy/style.ts';
import { readTree, treeOf } from './lib/tidy/tree.ts';
import { words } from './lib/tidy/words.ts';

/** What a rule says of a tree that is given as texts by path. */
function say(rule: Rule, files: Readonly<Record<string, string>>): string[] {
  const tree = treeOf(Object.entries(files).map(([path, text]) => ({ path, text })));
  return rule.check(tree).map(formatViolation);
}

/** The planted text violates the rule on that line, and the neighbour does not. */
function catches(rule: Rule, path: string, planted: string, neighbour: string): void {
  const [violation, ...others] = say(rule, { [path]: planted });
  assert.ok(violation?.startsWith(path), `${rule.name} misses: ${planted}`);
  assert.deepEqual(others, []);
  assert.deepEqual(say(rule, { [path]: neighbour }), [], `${rule.name} refuses: ${neighbour}`);
}

function apartRule(name: string): Rule {
  const rule = apart.find((candidate) => candidate.name === name);
  assert.ok(rule !== undefined, name);
  return rule;
}

describe('directions', () => {
  const cases: readonly (readonly [path: string, planted: string, neighbour: string])[] = [
    ['grammar/check.ts', '../src/vrrp/config.ts', '../src/units.ts'],
    ['grammar/rules/vmac.ts', 'node:fs', '../drafts.ts'],
    ['grammar/parser.ts', 'commander', 'chevrotain'],
    ['src/wire/vrrp.ts', '../ports/net.ts', './checksum.ts'],
    ['src/netlink/rtnl-link.ts', '../vrrp/config.ts', '../units.ts'],
    ['src/ports/net.ts', '../vrrp/config.ts', '../result.ts'],
    ['src/engine/rules.ts', '../vrrp/router.ts', '../wire/ip.ts'],
    ['src/vrrp/router.ts', '../runtime/clock.ts', '../ports/clock.ts'],
    ['src/vrrp/router.ts', 'node:timers', '../wire/vrrp.ts'],
    ['src/vrrp/router.ts', '../out/messages.ts', './state.ts'],
    ['src/bfd/session.ts', '../vrrp/state.ts', '../wire/bfd.ts'],
    ['src/lvs/diff.ts', '../netlink/ipvs.ts', '../ports/kernel.ts'],
    ['src/out/notify.ts', '../runtime/scripts.ts', '../vrrp/events.ts'],
    ['src/out/logger.ts', 'commander', 'pino'],
    ['src/runtime/loop.ts', '../vrrp/host.ts', '../netlink/message.ts'],
    ['src/sim/node.ts', 'node:crypto', '../vrrp/host.ts'],
    ['src/units.ts', './result.ts', ''],
  ];
  for (const [path, planted, neighbour] of cases) {
    it(`keep ${planted} out of ${path}`, () => {
      catches(directions, path, `import { a } from '${planted}';`, neighbour && `import '${neighbour}';`);
    });
  }

  it('see every form of import', () => {
    const forms = [
      "export { a } from 'node:fs';",
      "import 'node:fs';",
      "import a, { type B } from 'node:fs';",
      "import * as a from 'node:fs';",
      "const { a } = await import('node:fs');",
      "import {\n  a,\n  b,\n} from 'node:fs';",
    ];
    for (const form of forms) assert.equal(say(directions, { 'src/vrrp/a.ts': form }).length, 1, form);
    const noForms = "// import 'node:fs'\nconst a = \"import 'node:fs'\";\nconst b = `import 'node:fs'`;\n";
    assert.deepEqual(say(directions, { 'src/vrrp/a.ts': noForms }), []);
  });

  it('let some folders know types only', () => {
    const from = "from '../vrrp/events.ts';";
    catches(directions, 'src/ipc/messages.ts', `import { A } ${from}`, `import type { A } ${from}`);
  });

  it('leave tests alone', () => {
    assert.deepEqual(say(directions, { 'src/vrrp/a.test.ts': "import 'node:test';" }), []);
  });

  it('want a place for every folder', () => {
    assert.deepEqual(say(layersKnown, { 'src/snmp/agent.ts': '' }), ['src/snmp/agent.ts: not in any layer']);
    assert.deepEqual(say(layersKnown, { 'src/vrrp/a.ts': '', 'src/proc/b.ts': '', 'scripts/c.ts': '' }), []);
  });

  const pairs: readonly (readonly [rule: string, path: string, planted: string, neighbour: string])[] = [
    ['runtime does not know sim', 'src/runtime/a.test.ts', '../sim/lan.ts', './loop.ts'],
    ['sim does not know runtime', 'src/sim/a.test.ts', '../runtime/loop.ts', './lan.ts'],
    ['only cli imports proc', 'scripts/a.ts', '../src/proc/parent.ts', '../src/units.ts'],
    ['nobody imports cli', 'src/proc/a.ts', '../cli/getopt.ts', '../out/logger.ts'],
    ['only runtime imports native', 'src/netlink/a.test.ts', '../../native/index.d.ts', './bytes.ts'],
  ];
  for (const [name, path, planted, neighbour] of pairs) {
    it(name, () => {
      catches(apartRule(name), path, `import { a } from '${planted}';`, `import '${neighbour}';`);
    });
  }
});

describe('purity', () => {
  it('finds clock, chance, timers and the process', () => {
    const path = 'src/vrrp/router.ts';
    catches(purity, path, 'const now = Date.now();', 'const nowUs = clock.now(); // not Date.now()');
    catches(purity, path, 'const now = new Date();', 'const date: Dated = row.Date;');
    catches(purity, path, 'const r = Math.random();', 'const r = Math.round(1);');
    catches(purity, path, 'setTimeout(f, 10);', 'clock.setTimeout(f, 10);');
    catches(purity, path, 'const p = process.pid;', "const p = row.process.length; say('process.pid');");
    catches(purity, path, 'globalThis.a = 1;', 'const globalThese = 1;');
    const inTemplate = `const t = \`now \${Date.now()}\`;`;
    assert.equal(say(purity, { [path]: inTemplate }).length, 1);
    assert.deepEqual(
      say(purity, { 'src/runtime/clock.ts': 'Date.now();', 'src/vrrp/a.test.ts': 'Date.now();' }),
      [],
    );
  });

  it('keeps environment and exit in proc and cli', () => {
    catches(environment, 'src/runtime/a.ts', 'process.exit(1);', 'process.kill(1);');
    catches(environment, 'src/out/a.ts', 'const home = process.env.HOME;', 'const home = env.HOME;');
    assert.deepEqual(say(environment, { 'src/proc/a.ts': 'process.exit(1);' }), []);
  });

  it('finds EventEmitter', () => {
    catches(noEvents, 'src/proc/a.ts', "import { EventEmitter } from 'node:events';", "import 'node:fs';");
  });
});

describe('cycles', () => {
  it('are found once, with their way', () => {
    const files = {
      'src/a.ts': "import './b.ts';",
      'src/b.ts': "export * from './c.ts';",
      'src/c.ts': "import { a } from './a.ts';",
      'src/d.ts': "import './a.ts';",
    };
    const found = ['src/a.ts: src/a.ts -> src/b.ts -> src/c.ts -> src/a.ts'];
    assert.deepEqual(say(cycles, files), found);
    assert.deepEqual(say(cycles, { ...files, 'src/c.ts': "import type { A } from './a.ts';" }), []);
    assert.equal(say(cycles, { 'src/a.ts': "import './a.ts';" }).length, 1);
  });
});

describe('style', () => {
  const lines = (count: number): string => 'a();\n'.repeat(count);

  it('limits files', () => {
    catches(style.fileLength, 'src/vrrp/a.ts', lines(601), lines(600));
    catches(style.fileLength, 'grammar/keywords/a.ts', lines(1001), lines(1000));
  });

  it('limits lines', () => {
    const text = `log('${'x'.repeat(108)}');`;
    catches(style.lineLength, 'src/a.ts', `// ${'x'.repeat(108)}`, `// ${'ö'.repeat(107)}`);
    catches(style.lineLength, 'src/a.ts', `const a = ${'b + '.repeat(30)}c;`, text);
    catches(style.lineLength, 'src/a.ts', `${text} // ${'y'.repeat(100)}`, text);
  });

  it('limits functions', () => {
    const path = 'src/vrrp/a.ts';
    const heads = [
      'function f(a: number): void {',
      'export const f = (a: number): void => {',
      'class A {\n  #f({ a, b }: { a: 1; b: 2 }): { c: 3 } {',
      'const o = {\n  f(a: string = "{"): void {',
      'run(async () => {',
    ];
    for (const head of heads) {
      const close = (head.match(/\{\n/g) ?? []).length > 0 ? '}\n}' : head.startsWith('run') ? '})' : '}';
      const [over, under] = [59, 58].map((count) => `${head}\n${lines(count)}${close}\n`);
      catches(style.functionLength, path, over ?? '', under ?? '');
    }
    const factory = `function make() {\n  function one() {\n${lines(40)}  }\n  const two = () => {\n${lines(40)}  };\n}`;
    assert.deepEqual(say(style.functionLength, { [path]: factory }), []);
    const block = `if (a) {\n${lines(70)}}\nfor (const b of c) {\n${lines(70)}}\n`;
    assert.deepEqual(say(style.functionLength, { [path]: block }), []);
    const suite = `describe('a', () => {\n${lines(70)}});\n`;
    assert.deepEqual(say(style.functionLength, { 'src/a.test.ts': suite }), []);
    assert.equal(say(style.functionLength, { 'src/a.ts': suite }).length, 1);
  });

  it('measures what it measures', () => {
    const file = scanSource(
      'a.ts',
      'const r = /[{/]/;\nfunction f() {\n  // }\n  g(() => {\n    h();\n  });\n}\n',
    );
    assert.deepEqual(measureFunctions(file), [
      { head: '() =>', line: 4, lines: 3 },
      { head: 'function f()', line: 2, lines: 6 },
    ]);
  });

  it('refuses default exports, any and syntax that has to be compiled', () => {
    const path = 'src/a.ts';
    catches(style.defaultExports, path, 'export default function f() {}', 'switch (a) { default: }');
    catches(style.defaultExports, path, 'export { f as default };', 'export { f };');
    for (const planted of [
      'let a: any;',
      'f<any>();',
      'a as any;',
      'type A = B | any;',
      'const a: any[] = [];',
    ]) {
      catches(style.anyType, path, planted, "Promise.any(a); // any\nconst a = 'x: any'; f({ b, any: 1 });");
    }
    catches(style.bannedSyntax, path, 'export enum A { B }', 'const enumerate = 1;');
    catches(style.bannedSyntax, path, '@sealed\nclass A {}', "const a = '@sealed';");
    catches(style.bannedSyntax, path, 'namespace A {}', 'const namespace = 1;');
    const constructors = [
      'class A { constructor(readonly a: B) {} }',
      'class A { readonly a: B; constructor(a: B) {} }',
    ];
    catches(style.bannedSyntax, path, constructors[0] ?? '', constructors[1] ?? '');
  });

  it('wants endings of imports', () => {
    catches(style.importEndings, 'src/a.ts', "import './b';", "import './b.ts'; import 'node:fs';");
    catches(style.importEndings, 'src/a.ts', "import './b.js';", "import './b.json';");
  });

  it('wants a comment in main files', () => {
    const comment = '/** The router: events in, effects out, RFC 9568 section 6.4. */\n';
    catches(style.mainFiles, 'src/vrrp/router.ts', 'const a = 1;', comment);
    catches(style.mainFiles, 'grammar/index.ts', '/** Index. */', comment);
    assert.equal(say(style.mainFiles, { 'src/lvs/diff.ts': comment }).length, 1);
    assert.deepEqual(say(style.mainFiles, { 'src/lvs/lvs.ts': comment, 'src/lvs/diff.ts': '' }), []);
  });
});

describe('words', () => {
  it('finds machine paths and talk about the making', () => {
    const folder = ['', 'work', 'main'].join('/');
    catches(words, 'docs/a.md', `See ${folder}/x.`, `See https://example.org${folder}/x and ./work/x.`);
    catches(words, 'README.md', `a ${'sub'}-${'agent'} did it`, `an AgentX ${'sub'}agent`);
    catches(words, 'src/a.ts', `// as in the previous ${'session'}`, '// a BFD session ends');
    assert.deepEqual(say(words, { 'fixtures/a.json': `"${folder}/x"` }), []);
  });
});

describe('corpus', () => {
  const text =
    'global_defs {\n  router_id somewhere # mine\n  vrrp_version 3\n  vrrp_garp_master_delay 10\n}\n'.repeat(
      2,
    );

  it('is recognised through comments and spacing', () => {
    const rule = corpusRule(`${digestOf(text)}\n`);
    const copy = `! a comment\n${text.replaceAll('  ', '\t').replaceAll('# mine', '')}`;
    catches(rule, 'fixtures/config/a.conf', copy, text.replace('somewhere', 'elsewhere'));
  });
});

describe('documents', () => {
  it('explain dependencies', () => {
    const manifest = JSON.stringify({ dependencies: { pino: '1' }, devDependencies: { '@types/node': '1' } });
    const table = (names: string): string => `pino\n## Dependencies\n| ${names} | why |\n## Next\npino\n`;
    const planted = { 'package.json': manifest, 'ARCHITECTURE.md': table('pinot, @types/node') };
    assert.deepEqual(say(dependenciesExplained, planted), ['ARCHITECTURE.md: says nothing of pino']);
    const good = { ...planted, 'ARCHITECTURE.md': table('pino, @types/node') };
    assert.deepEqual(say(dependenciesExplained, good), []);
  });

  it('link to what is there', () => {
    const files = {
      'docs/a.md': '[b](../b.md) [d](d) [c](c.md#x)',
      'b.md': '[h](https://c.md)',
      'docs/d/e.md': '',
    };
    assert.deepEqual(say(linksResolve, files), ['docs/a.md: links to c.md, which does not exist']);
  });
});

const root = new URL('../', import.meta.url);

describe('the tree', () => {
  const tree = readTree(root);

  it('is there', () => {
    assert.ok(tree.sources.length > 100);
    assert.ok(tree.sources.flatMap(({ imports }) => imports).length > 500);
    for (const { path, text, code } of tree.sources) assert.equal(code.length, text.length, path);
  });

  for (const rule of rules) {
    it(rule.name, () => {
      const violations = rule.check(tree).map(formatViolation);
      assert.equal(violations.length, 0, `\n${violations.join('\n')}`);
    });
  }
});
