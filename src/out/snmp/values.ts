/** Values of objects, in the forms that several tables share. */
import type { SnmpValue } from '../../wire/agentx.ts';

export const integer = (value: number): SnmpValue => ({ type: 'integer', value });
export const gauge = (value: number): SnmpValue => ({ type: 'gauge32', value: value >>> 0 });
/** Counters of 32 bits begin again at zero. */
export const counter = (value: number): SnmpValue => ({ type: 'counter32', value: value % 2 ** 32 });
export const counter64 = (value: number | bigint): SnmpValue => ({ type: 'counter64', value: BigInt(value) });
/** From microseconds. */
export const ticks = (valueUs: number): SnmpValue => ({
  type: 'ticks',
  value: Math.max(0, Math.floor(valueUs / 10_000)) % 2 ** 32,
});
export const octets = (value: Uint8Array): SnmpValue => ({ type: 'string', value });
/** IpAddress, of IPv4 only. */
export const ipAddress = (value: Uint8Array): SnmpValue => ({ type: 'address', value });
export const text = (value: string): SnmpValue => octets(Buffer.from(value));
/** TruthValue of RFC 2579. */
export const truth = (value: boolean): SnmpValue => integer(value ? 1 : 2);
/** InetAddressType of RFC 4001: ipv4(1), ipv6(2). */
export const familyType = (address: Uint8Array): SnmpValue => integer(address.length === 4 ? 1 : 2);

/** Nothing where there is nothing to tell. */
export const some = <T>(value: T | undefined, of: (value: T) => SnmpValue): SnmpValue | undefined =>
  value === undefined ? undefined : of(value);
