/** Counters of one instance, named as keepalived.json names them, plus those upstream does not keep. */

export interface VrrpStats {
  readonly advertRcvd: number;
  readonly advertSent: number;
  readonly becomeMaster: number;
  readonly releaseMaster: number;
  readonly packetLenErr: number;
  readonly advertIntervalErr: number;
  readonly ipTtlErr: number;
  readonly invalidTypeRcvd: number;
  readonly addrListErr: number;
  readonly invalidAuthtype: number;
  readonly authtypeMismatch: number;
  readonly authFailure: number;
  readonly authExtMissing: number;
  readonly authExtMalformed: number;
  readonly authExtUnknownKey: number;
  readonly authExtInvalidHmac: number;
  readonly authExtStale: number;
  readonly authExtReplay: number;
  readonly priZeroRcvd: number;
  readonly priZeroSent: number;
  /** Not in keepalived.json: upstream drops these adverts without counting them. */
  readonly checksumErr: number;
  readonly versionErr: number;
  readonly sourceErr: number;
}

export type Counter = keyof VrrpStats;

export const NO_STATS: VrrpStats = {
  advertRcvd: 0,
  advertSent: 0,
  becomeMaster: 0,
  releaseMaster: 0,
  packetLenErr: 0,
  advertIntervalErr: 0,
  ipTtlErr: 0,
  invalidTypeRcvd: 0,
  addrListErr: 0,
  invalidAuthtype: 0,
  authtypeMismatch: 0,
  authFailure: 0,
  authExtMissing: 0,
  authExtMalformed: 0,
  authExtUnknownKey: 0,
  authExtInvalidHmac: 0,
  authExtStale: 0,
  authExtReplay: 0,
  priZeroRcvd: 0,
  priZeroSent: 0,
  checksumErr: 0,
  versionErr: 0,
  sourceErr: 0,
};

export function count(stats: VrrpStats, ...counters: readonly Counter[]): VrrpStats {
  const next: Record<Counter, number> = { ...stats };
  for (const counter of counters) next[counter] += 1;
  return next;
}
