/**
 * What the content of a tracked file means. In: its text and the weight an instance gives it. Out: a fault
 * or a change of priority. As seen with 2.2.7.
 */
import type { Tracked } from './config.ts';

const FAULT_BELOW = -253;
/** What a file with weight 0 is reported to have when it means a fault. */
const FAULT_STATUS = -254;

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
