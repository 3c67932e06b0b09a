/**
 * Plays a few elections with the pure core, so that the first real one does not wait for the compiler: the
 * functions of a takeover run for the first time exactly when every millisecond counts. In: nothing. Out:
 * nothing; no effect is carried out.
 */
import { us } from '../units.ts';
import { encodeGratuitousArp } from '../wire/arp.ts';
import { encodeUnsolicitedNa } from '../wire/ndp.ts';
import { GROUP_IPV4 } from '../wire/vrrp.ts';
import { buildAdverts } from './advert.ts';
import type { InstanceConfig } from './config.ts';
import type { RouterEvent } from './events.ts';
import { step } from './router.ts';
import { initialState } from './state.ts';

const ROUNDS = 40;
const OURS = new Uint8Array([192, 0, 2, 1]);
const THEIRS = new Uint8Array([192, 0, 2, 2]);

/** The instance with everything that makes its elections its own, but on documentation addresses. */
function stageConfig(config: InstanceConfig): InstanceConfig {
  const vip = { family: 4 as const, address: THEIRS, prefix: 32, scope: 0, flags: 0, track: true };
  return {
    ...config,
    family: 4,
    vips: [vip],
    excludedVips: [],
    routes: [],
    rules: [],
    unicastPeers: [],
    multicastGroup: GROUP_IPV4,
  };
}

export function warmUp(config: InstanceConfig): void {
  const stage = stageConfig(config);
  for (let round = 0; round < ROUNDS; round++) {
    let state = initialState(stage);
    for (const event of history(stage, round)) state = step(stage, state, event).state;
    encodeGratuitousArp(new Uint8Array(6), THEIRS);
    encodeUnsolicitedNa(new Uint8Array(6), new Uint8Array(16), false);
  }
}

function history(config: InstanceConfig, round: number): RouterEvent[] {
  const nowUs = us(round);
  const conditions = { faults: [], waiting: false, priorityDelta: 0, sourceAddress: OURS };
  const heard = (priority: number): RouterEvent => {
    const [datagram] = buildAdverts(config, THEIRS, priority);
    const payload = datagram?.bytes.subarray(20) ?? new Uint8Array();
    const packet = { payload, source: THEIRS, destination: GROUP_IPV4, hopLimit: 255, atUs: nowUs };
    return { event: 'packet', packet, nowUs };
  };
  return [
    { event: 'conditions', conditions, nowUs },
    { event: 'start', adopt: false, nowUs },
    heard(254),
    heard(0),
    { event: 'masterDown', dueAtUs: nowUs, nowUs },
    heard(1),
    heard(254),
    { event: 'masterDown', dueAtUs: nowUs, nowUs },
    { event: 'stop', reason: 'shutdown', nowUs },
  ];
}
