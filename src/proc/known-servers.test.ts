import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseConfig } from '../../grammar/index.ts';
import { objectFacts } from '../../grammar/testing.ts';
import type { CheckedVirtualServer } from '../health/config.ts';
import { createRandom } from '../sim/random.ts';
import { KnownServers } from './known-servers.ts';
import { checkerChildConfig } from './lvs-setup.ts';

const HEAD = 'protocol TCP\n lb_algo rr\n lb_kind NAT';

function virtual(number: number, ...lines: string[]): string {
  const inner = [HEAD, ...lines, `real_server 10.1.0.${number} 80 {\n }`].join('\n ');
  return `virtual_server 10.0.0.${number} 80 {\n ${inner}\n}\n`;
}

const SCRIPTS = '/bin/true';

function read(
  text: string,
  known = new KnownServers(),
  files: Record<string, string> = {},
): readonly CheckedVirtualServer[] {
  const facts = {
    ...objectFacts({ files: { 'k.conf': text, ...files } }),
    script: () => ({ path: SCRIPTS, executable: true }),
  };
  return checkerChildConfig(parseConfig('k.conf', facts).model, { releaseIpvs: true }, known).virtualServers;
}

/** Which servers of the second file are the objects of the first. */
function kept(before: string, after: string, ...files: Record<string, string>[]): boolean[] {
  const known = new KnownServers();
  const first = new Set(read(before, known, files[0]));
  const second = read(after, known, files[1] ?? files[0]);
  assert.deepEqual(second, read(after, undefined, files[1] ?? files[0]));
  return second.map((one) => first.has(one));
}

describe('virtual servers over a reload', () => {
  it('are the same objects where their blocks have not changed, wherever these stand', () => {
    const before = virtual(1) + virtual(2) + virtual(3);
    assert.deepEqual(kept(before, `${virtual(3)}\n${virtual(2, 'quorum 1')}${virtual(1)}`), [
      true,
      false,
      true,
    ]);
  });

  it('are made anew when something outside of them has changed', () => {
    const before = `${virtual(1)}global_defs {\n router_id a\n}\n`;
    assert.deepEqual(kept(before, before), [true]);
    assert.deepEqual(kept(before, before.replace('router_id', 'no_checker_emails\n router_id')), [false]);
  });

  it('are made anew when they are what a definition made of the same line', () => {
    const text = '$W=weight 2\n$N=\n';
    const server = virtual(1, '$W', '$N', 'quorum 1');
    assert.deepEqual(kept(text + server, text + server), [true]);
    assert.deepEqual(kept(text + server, text.replace('2', '3') + server), [false]);
    // The same statements in another order.
    const quorum = virtual(1, '$W', 'quorum 1', '$N');
    assert.deepEqual(kept(text + quorum, `$W=\n$N=weight 2\n${quorum}`), [false]);
  });

  it('are made anew when a file that they include has changed', () => {
    const server = virtual(1, 'include i.conf');
    assert.deepEqual(kept(server, server, { 'i.conf': '' }, { 'i.conf': '' }), [true]);
    assert.deepEqual(kept(server, server, { 'i.conf': '' }, { 'i.conf': 'quorum 1\n' }), [false]);
    assert.deepEqual(kept(server, server, { 'i.conf': 'quorum 1\n' }, { 'i.conf': 'quorum 1\n' }), [false]);
  });

  it('are made anew when they run programs, which other files have a say in', () => {
    const up = virtual(1, 'quorum_up /bin/true');
    const misc = virtual(2).replace('80 {\n }', '80 {\n MISC_CHECK {\n misc_path /bin/true\n }\n }');
    const text = up + misc + virtual(3);
    assert.deepEqual(kept(text, text), [false, false, true]);
  });

  it('are made anew when there was something to say about them', () => {
    const text = virtual(1, 'nonsense') + virtual(2);
    assert.deepEqual(kept(text, text), [false, true]);
  });

  it('keep no block whose braces do not end where it ends', () => {
    // Upstream takes the brace of the unknown block for that of the server.
    const torn = virtual(1, 'nonsense {', '}') + virtual(2);
    const text = torn + virtual(3);
    kept(text, text.replace('nonsense', 'senseless'));
    const open = `${virtual(1)}virtual_server 10.0.0.2 80 {\n ${HEAD}\n`;
    assert.deepEqual(kept(open, open), [true]);
  });

  it('follow the number of those that use their group', () => {
    const group = 'virtual_server_group G {\n 10.9.0.1 80\n}\n';
    const user = (weight: number): string => virtual(1, `weight ${weight}`).replace('10.0.0.1 80', 'group G');
    assert.deepEqual(kept(group + user(1) + user(2), group + user(2) + user(1)), [false, false]);
    assert.deepEqual(kept(group + user(1) + user(2), group + user(1) + user(3)), [true, false]);
  });
});

describe('any reload', () => {
  const LINES = [
    'weight 2',
    'quorum 1',
    'quorum 9',
    'hysteresis 1',
    'persistence_timeout 5',
    'alpha',
    'delay_loop 3',
    'delay_loop 0',
    'virtualhost "a b"',
    'nonsense 1',
    'nonsense {',
    '}',
    '{',
    '$V',
    '$W',
    '@x weight 3',
    '@^x weight 4',
    '# a comment',
    'sorry_server 10.2.0.1 80',
    'real_server 10.1.0.9 80 {\n TCP_CHECK {\n connect_timeout 1\n }\n }',
    'real_server 10.1.0.9 80 {\n FILE_CHECK {\n track_file f\n }\n }',
    'include i.conf',
    'quorum_down /bin/true',
  ];
  const TOPS = [
    '$V=weight 5\n',
    '$V=weight 6\n',
    '$V=\\\nweight 1\\\nalpha\n',
    '$W=$V\n',
    '$W=\n',
    '@x $V=weight 7\n',
    'global_defs {\n checker_log_all_failures\n}\n',
    'track_file f {\n file /f\n weight 2\n}\n',
    '}\n',
    'vrrp_instance A {\n',
    '# nothing\n',
    'include j.conf\n',
  ];

  it('makes what reading the file alone makes', () => {
    let taken = 0;
    for (let seed = 0; seed < 300; seed++) {
      const { int, pick, chance } = createRandom(seed);
      const line = (): string => pick(LINES);
      const block = (): string => virtual(int(1, 4), ...Array.from({ length: int(0, 2) }, line));
      const part = (): string => (chance(0.25) ? pick(TOPS) : block());
      const parts = Array.from({ length: 6 }, part);
      const known = new KnownServers();
      let before = new Set<CheckedVirtualServer>();
      for (let reload = 0; reload < 6; reload++) {
        const text = parts.join('');
        const files = { 'i.conf': chance(0.5) ? '' : line(), 'j.conf': chance(0.3) ? block() : '' };
        const servers = read(text, known, files);
        assert.deepEqual(servers, read(text, undefined, files), `seed ${seed}, reload ${reload}:\n${text}`);
        taken += servers.filter((one) => before.has(one)).length;
        before = new Set(servers);
        if (chance(0.7)) parts[int(0, parts.length - 1)] = part();
      }
    }
    // Otherwise nothing has been tested.
    assert.ok(taken > 500, `${taken}`);
  });
});
