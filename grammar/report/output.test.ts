import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { objectFacts } from '../testing.ts';
import { formatJson, formatSarif } from './json.ts';
import { review } from './report.ts';
import { formatText } from './text.ts';

const TEXT =
  'vrrp_instance A {\n\tinterface eth0\n\tvirtual_router_id 51\n\tpriorty 100\n\tvirtual_ipaddress {\n\t\t10.0.0.1\n\t}\n';
const { findings, textOf } = review('/etc/k v.conf', objectFacts({ files: { '/etc/k v.conf': TEXT } }));

interface Sarif {
  readonly version: string;
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly level: string;
        readonly message: { readonly text: string };
        readonly locations: readonly {
          readonly physicalLocation: {
            readonly artifactLocation: { readonly uri: string };
            readonly region: Readonly<Record<string, number>>;
          };
        }[];
      }[];
    },
  ];
}

describe('text', () => {
  it('shows place, line, caret and help', () => {
    assert.equal(
      formatText(findings, { colour: false, textOf }),
      [
        "/etc/k v.conf:1:1: error[AV0034]: Block 'vrrp_instance' is not closed",
        ' 1 | vrrp_instance A {',
        '   | ^~~~~~~~~~~~~~~',
        '/etc/k v.conf:8:1: note: it should be closed before this',
        ' 8 | ',
        '   | ^',
        "  help: Add '}' at the end of the file.",
        "/etc/k v.conf:4:2: error[AV0030]: Unknown keyword 'priorty' in vrrp_instance",
        ' 4 | \tpriorty 100',
        '   | \t^~~~~~~',
        "  help: Did you mean 'priority'?",
        '',
      ].join('\n'),
    );
  });

  it('uses colours only when told to, and cuts long lines around the caret', () => {
    assert.ok(!formatText(findings, { colour: false, textOf }).includes('\x1b'));
    assert.ok(formatText(findings, { colour: true, textOf }).includes('\x1b[1;31merror'));
    const long = `vrrp_version ${' '.repeat(300)}7\n`;
    const other = review('k', objectFacts({ files: { k: long } }));
    const shown = formatText(other.findings, { colour: false, textOf: other.textOf });
    assert.ok(shown.split('\n').every((line) => line.length < 160));
  });

  it('lets no control character through', () => {
    const bad = review('k', objectFacts({ files: { k: 'foo\x1b[2Jbar\n' } }));
    assert.ok(!formatText(bad.findings, { colour: false, textOf: bad.textOf }).includes('\x1b'));
  });
});

describe('json and sarif', () => {
  it('carry code, severity and place', () => {
    const { findings: rows } = JSON.parse(formatJson(findings)) as { findings: { code: string }[] };
    assert.deepEqual(
      rows.map(({ code }) => code),
      ['AV0034', 'AV0030'],
    );
  });

  it('keep to SARIF 2.1.0', () => {
    const log = JSON.parse(formatSarif(findings, { toolVersion: '0.1.0', textOf })) as Sarif;
    assert.equal(log.version, '2.1.0');
    const [{ tool, results }] = log.runs;
    for (const { ruleId, ruleIndex, level, message, locations } of results) {
      assert.equal(tool.driver.rules[ruleIndex]?.id, ruleId);
      assert.ok(['error', 'warning', 'note', 'none'].includes(level));
      assert.ok(message.text.length > 0);
      for (const { physicalLocation } of locations) {
        assert.equal(physicalLocation.artifactLocation.uri, 'file:///etc/k%20v.conf');
        for (const value of Object.values(physicalLocation.region))
          assert.ok(Number.isInteger(value) && value >= 1);
      }
    }
  });
});
