/**
 * Adverts that are refused, as RFC 2787 and RFC 6527 have them. In: a line of the log, of which there is one
 * until an advert is accepted again: a peer with a wrong password must not flood whoever is told.
 */

export interface Refusal {
  readonly instance: string;
  readonly source: string;
  /** vrrpTrapAuthErrorType: invalidAuthType(1), authTypeMismatch(2), authFailure(3). */
  readonly authentication?: number;
  /** vrrpv3StatisticsProtoErrReason: ipTtlError(1), versionError(2), checksumError(3). */
  readonly protocol?: number;
}

interface Line extends Pick<Refusal, 'authentication' | 'protocol'> {
  /** Places of its arguments. */
  readonly instance: number;
  readonly source: number;
}

const LINES: Readonly<Record<string, Line>> = {
  'rx-auth-invalid': { instance: 0, source: 2, authentication: 1 },
  'rx-auth-type': { instance: 0, source: 2, authentication: 2 },
  'rx-password': { instance: 0, source: 1, authentication: 3 },
  'rx-ah-spi': { instance: 2, source: 3, authentication: 3 },
  'rx-ah-digest': { instance: 0, source: 1, authentication: 3 },
  'rx-ah-replay': { instance: 0, source: 3, authentication: 3 },
  'rx-ttl': { instance: 0, source: 1, protocol: 1 },
  'rx-ttl-range': { instance: 0, source: 1, protocol: 1 },
  'rx-version': { instance: 0, source: 1, protocol: 2 },
  'rx-checksum': { instance: 0, source: 2, protocol: 3 },
};

export function refusalOf(id: string, args: readonly (string | number)[]): Refusal | undefined {
  const line = LINES[id];
  if (line === undefined) return undefined;
  const { instance, source, ...reason } = line;
  return { instance: String(args[instance]), source: String(args[source]), ...reason };
}
