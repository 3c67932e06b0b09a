/** From text to what the BFD child runs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../grammar/index.ts';
import { objectFacts } from '../../grammar/testing.ts';
import { ipv4, ipv6 } from '../wire/address.ts';
import { bfdChildConfig } from './bfd-setup.ts';

function child(text: string): ReturnType<typeof bfdChildConfig> {
  const { model, diagnostics } = parseConfig('k.conf', objectFacts({ files: { 'k.conf': text } }));
  assert.deepEqual(diagnostics, []);
  return bfdChildConfig(model);
}

test('a session has the defaults of its family', () => {
  const { sessions, process } = child(`bfd_instance a {
  neighbor_ip 10.0.0.2
}
bfd_instance b {
  neighbor_ip fd00::2
  source_ip fd00::1
  passive
  checker
}
`);
  const common = {
    minRxUs: 10_000,
    minTxUs: 10_000,
    idleTxUs: 1_000_000,
    multiplier: 5,
    maxHops: 0,
    multihop: false,
  };
  assert.deepEqual(sessions, [
    {
      ...common,
      name: 'a',
      neighbor: ipv4('10.0.0.2'),
      passive: false,
      ttl: 255,
      tellsVrrp: true,
      tellsChecker: true,
    },
    {
      ...common,
      name: 'b',
      neighbor: ipv6('fd00::2'),
      source: ipv6('fd00::1'),
      passive: true,
      ttl: 64,
      tellsVrrp: false,
      tellsChecker: true,
    },
  ]);
  const priority = { nice: undefined, realtimePriority: undefined, rlimitRttimeUs: undefined };
  const unset = { ...priority, cpus: [], noSwap: false, umask: undefined };
  assert.deepEqual({ ...process, nice: process.nice || undefined }, { name: undefined, ...unset });
});

test('everything can be set', () => {
  const { sessions, process } = child(`global_defs {
  bfd_process_name sessions
  bfd_priority -5
  bfd_rt_priority 3
  bfd_rlimit_rttime 20000
  bfd_cpu_affinity 0
}
bfd_instance a {
  neighbor_ip 10.0.0.2
  min_rx 12.5
  min_tx 20
  idle_tx 1500
  multiplier 3
  ttl 200
  max_hops 4
  multihop
}
`);
  assert.deepEqual(process, {
    name: 'sessions',
    nice: -5,
    realtimePriority: 3,
    rlimitRttimeUs: 20_000,
    cpus: [0],
    noSwap: false,
    umask: undefined,
  });
  const [session] = sessions;
  assert.deepEqual(
    [session?.minRxUs, session?.minTxUs, session?.idleTxUs, session?.multiplier],
    [12_500, 20_000, 1_500_000, 3],
  );
  assert.deepEqual([session?.ttl, session?.maxHops, session?.multihop], [200, 4, true]);
});
