/** Whatever the bytes are: an answer, no exception, no endless loop. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { exitStatusOf, parseConfig } from './index.ts';
import { objectFacts } from './testing.ts';

const SEED = `global_defs {
  router_id n1 # a comment
  vrrp_garp_master_delay 3
  script_user root
}
$VIP=10.0.0.1
$MANY=interface eth0 \\
  priority 100
@node1 vrrp_script chk { script "/usr/bin/true 'a b'" interval 2 weight -5 }
vrrp_sync_group G { group { A } notify "/usr/bin/true" }
vrrp_instance A {
  state MASTER
  $MANY
  virtual_router_id 51
  advert_int 0.5
  authentication { auth_type PASS auth_pass "secret" }
  unicast_peer { 10.0.0.3 min_ttl 250 }
  track_script { chk weight 5 reverse }
  track_interface { eth1 weight -3 }
  ~SEQ(i, 1, 3) bogus $i
  virtual_ipaddress { $VIP/24 dev eth0 label eth0:1
    \${VIP} brd + scope link }
  virtual_ipaddress_excluded { fe80::1 preferred_lft 5 }
}
include other.conf
`;

/** Pieces that mean something to some stage, so that mutants get further than random bytes would. */
const PIECES = [
  '{',
  '}',
  '"',
  "'",
  '\\',
  '#',
  '!',
  '$',
  `\${`,
  '@',
  '~SEQ(',
  '~LST({a,b},{1,2})',
  '\n',
  '\r\n',
  '\0',
  ' ',
  '\t',
  `$A=\${A}x\n`,
  '$M=$M \\\n b\n',
  'include k.conf\n',
  'include {a,b}*.conf\n',
  '-1',
  '1e9',
  '300',
  'vrrp_instance',
  'virtual_ipaddress {',
  'track_script',
  '}}}',
  '{{{',
  'é',
  '\u00a0',
  '_PWD}',
  `\${_RANDOM 9 1}`,
  'constructor',
  '__proto__ x',
  'toString {',
];

const edit = fc.record({
  at: fc.nat(SEED.length),
  remove: fc.nat(20),
  insert: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 8 })),
});

const mutate = (text: string, edits: readonly { at: number; remove: number; insert: string }[]): string =>
  edits.reduce((now, { at, remove, insert }) => now.slice(0, at) + insert + now.slice(at + remove), text);

function survives(files: Record<string, string | Uint8Array>): void {
  for (const testing of [true, false]) {
    const random = (low: number): number => low;
    const facts = objectFacts({ files, overrides: { testing, random } });
    const started = performance.now();
    const { diagnostics, tree } = parseConfig('k.conf', facts);
    assert.ok(performance.now() - started < 20_000, 'took too long');
    assert.ok([0, 2, 4, 5, 6].includes(exitStatusOf(diagnostics)));
    for (const { span } of diagnostics) {
      if (!span) continue;
      const file = tree.files.find((candidate) => candidate.name === span.file);
      assert.ok(file && span.start <= span.end && span.end <= file.text.length);
    }
  }
}

describe('any input', () => {
  it('survives mutations of a rich file', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 12 }), (edits) => {
        survives({ 'k.conf': mutate(SEED, edits), 'other.conf': mutate(SEED, edits.slice(0, 2)) });
      }),
      { numRuns: 400 },
    );
  });

  it('survives arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => survives({ 'k.conf': bytes })),
      { numRuns: 300 },
    );
  });

  it('survives depth, length and self reference', () => {
    survives({ 'k.conf': 'a {\n'.repeat(100_000) });
    survives({ 'k.conf': '}'.repeat(100_000) });
    survives({ 'k.conf': `vrrp_instance A ${'{'.repeat(50_000)}${'}'.repeat(60_000)}` });
    survives({ 'k.conf': `router_id ${'x'.repeat(1_000_000)}` });
    survives({ 'k.conf': 'include k.conf\ninclude k.conf\n' });
    survives({ 'k.conf': '$M=a \\\n$M\n\n$M\n$M b\n' });
    survives({ 'k.conf': '$A=$B$B\n$B=$A$A\n$A\n' });
    survives({ 'k.conf': '~SEQ(i, 1, 4000000000) x\n~SEQ(i,1,1000) ~SEQ(j,1,1000) ~SEQ(k,1,1000) x\n' });
  });
});
