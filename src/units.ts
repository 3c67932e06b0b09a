/**
 * Time inside alived is integer microseconds on the monotonic clock. Wire units (seconds in VRRPv2,
 * centiseconds in VRRPv3) exist only in codecs, so a mix-up of units is a type error.
 */
declare const usBrand: unique symbol;

/** A duration or a monotonic instant in whole microseconds. Names of such values end in `Us`. */
export type Us = number & { readonly [usBrand]: true };

export const us = (value: number): Us => Math.round(value) as Us;
export const ms = (value: number): Us => us(value * 1000);
export const seconds = (value: number): Us => us(value * 1_000_000);
export const addUs = (a: Us, b: Us): Us => (a + b) as Us;
export const subUs = (a: Us, b: Us): Us => (a - b) as Us;
/** Decimal seconds, for log texts and dumps. */
export const toSeconds = (value: Us): number => value / 1_000_000;

export type Family = 4 | 6;

/** Fails the build when a union member is not handled, and the process when an untyped value gets here. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
