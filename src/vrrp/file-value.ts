/**
 * What the content of a tracked file means. In: its text and the weight an instance gives it. Out: a fault
 * or a change of priority. As seen with 2.2.7.
 */
import type { Tracked } from './config.ts';

const INT_MAX = 2_147_483_647;
const FAULT_BELOW = -253;
/** What a file with weight 0 is reported to have when it means a fault. */
const FAULT_STATUS = -254;

/** C's strtol with base 0; text without a number is 0. A string is a number that does not fit an int. */
export function fileNumber(text: string): number | string {
  const match = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|\d+)/.exec(text);
  if (match === null) return 0;
  const [, sign = '', digits = ''] = match;
  const octal = /^0[0-7]+/.exec(digits)?.[0];
  const magnitude =
    octal === undefined ? (/^0\d/.test(digits) ? 0 : Number(digits)) : Number.parseInt(octal, 8);
  const value = sign === '-' ? -magnitude : magnitude;
  if (value > INT_MAX || value < -INT_MAX - 1) return `${sign}${digits}`;
  return value === 0 ? 0 : value;
}

export interface FileMeaning {
  readonly fault: boolean;
  /** As log lines name it. */
  readonly status: number;
  readonly priorityDelta: number;
}

/** Value times weight; below -253 it is a fault. With weight 0 every value but 0 is one. */
export function fileMeaning({ weight, reverse }: Tracked, value: number): FileMeaning {
  if (weight === 0) {
    const fault = (value !== 0) !== reverse;
    return { fault, status: fault ? FAULT_STATUS : 0, priorityDelta: 0 };
  }
  const status = Math.min(-FAULT_BELOW, value * weight * (reverse ? -1 : 1));
  const fault = status < FAULT_BELOW;
  return { fault, status, priorityDelta: fault ? 0 : status };
}
