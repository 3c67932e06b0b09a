/** Keywords of alived alone: what they become, what is said of mistakes, and that `--as` refuses them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatDiagnostic, parseConfig } from '../index.ts';
import { objectFacts } from '../testing.ts';

const parse = (text: string, as?: string) =>
  parseConfig('k.conf', { ...objectFacts({ files: { 'k.conf': text } }), as });
const said = (text: string, as?: string): string[] => parse(text, as).diagnostics.map(formatDiagnostic);

const HOOK = `webhook pager {
  url https://example.test/hook?x=1
  secret_header Authorization Bearer abc
  timeout 3
  retries 0
  ca_file /etc/ca.pem
}
`;

describe('webhook', () => {
  it('becomes a receiver', () => {
    const { model, diagnostics } = parse(HOOK);
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(model.webhooks, [
      {
        name: 'pager',
        url: 'https://example.test/hook?x=1',
        secretHeader: { name: 'Authorization', value: 'Bearer abc' },
        timeoutUs: 3_000_000,
        retries: 0,
        caFile: '/etc/ca.pem',
      },
    ]);
  });

  it('has 5 seconds and 5 retries by default', () => {
    const [hook] = parse('webhook w {\n url http://[::1]:8080/\n}\n').model.webhooks;
    assert.deepEqual(hook, { name: 'w', url: 'http://[::1]:8080/', timeoutUs: 5_000_000, retries: 5 });
  });

  const mistakes: readonly (readonly [string, string])[] = [
    ['webhook w {\n url ftp://a/\n}\n', "url 'ftp://a/' is no http or https address - ignoring"],
    ['webhook w {\n url nonsense\n}\n', 'webhook w has no url - ignoring'],
    ['webhook w {\n url http://a/\n secret_header X:Y z\n}\n', 'secret_header needs a name and a value'],
    ['webhook w {\n url http://a/\n timeout 0\n}\n', "timeout '0' must be in [1, 3600]"],
    ['webhook w {\n url http://a/\n retries 101\n}\n', "retries '101' must be in [0, 100]"],
    ['webhook {\n url http://a/\n}\n', 'webhook must have a name - skipping'],
    [`${HOOK}${HOOK}`, 'webhook pager already defined - skipping'],
  ];
  for (const [text, expected] of mistakes) {
    it(`says ${expected}`, () => {
      const texts = said(text);
      assert.ok(
        texts.some((line) => line.includes(expected)),
        texts.join('\n'),
      );
    });
  }
});

const INSTANCE = `vrrp_instance A {
  interface eth0
  virtual_router_id 1
  notify_serialize
}
vrrp_instance B {
  interface eth0
  virtual_router_id 2
}
`;

describe('notify_serialize', () => {
  it('is 60 seconds without a number, and keeps the one given', () => {
    const of = (text: string) => parse(text).model;
    assert.equal(of(INSTANCE).instances[0]?.values.notify_serialize, 60_000_000);
    assert.equal(of(INSTANCE).instances[1]?.values.notify_serialize, undefined);
    const global = of(`global_defs {\n notify_serialize 7\n}\n${INSTANCE}`);
    assert.equal(global.globals.values.notify_serialize, 7_000_000);
  });

  it('refuses numbers that make no sense', () => {
    assert.match(said('global_defs {\n notify_serialize 0\n}\n').join(), /must be in \[1, 86400\]/);
  });
});

describe('--as', () => {
  it('knows no extension, whatever the release', () => {
    const texts = said(`global_defs {\n notify_serialize\n}\n${HOOK}`, '2.4.3');
    assert.ok(texts.includes("(Line 2) Unknown keyword 'notify_serialize'"), texts.join('\n'));
    assert.ok(texts.includes("(k.conf: Line 4) Unknown keyword 'webhook'"), texts.join('\n'));
  });

  it('knows what the release knows', () => {
    const text = 'global_defs {\n json_version 2\n}\n';
    assert.deepEqual(said(text), []);
    assert.deepEqual(said(text, '2.2.8'), []);
    assert.deepEqual(said(text, '2.2.7'), ["(Line 2) Unknown keyword 'json_version'"]);
  });
});
