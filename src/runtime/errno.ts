/** Error numbers of Linux that decisions are taken on, and names for the rest. */
import { getSystemErrorMap } from 'node:util';
import type { NetError } from '../ports/net.ts';
import { fail, ok, type Result } from '../result.ts';

export const EPERM = 1;
export const ENOENT = 2;
export const ESRCH = 3;
export const EIO = 5;
export const EBADF = 9;
export const EAGAIN = 11;
export const ENOEXEC = 8;
export const EINVAL = 22;
export const EMSGSIZE = 90;
export const EADDRINUSE = 98;
export const ENETUNREACH = 101;
export const ECONNRESET = 104;
export const EINPROGRESS = 115;
export const ENOBUFS = 105;

/** `EADDRINUSE` for 98; the number itself when libuv has no name for it. */
export function errnoName(errno: number): string {
  return getSystemErrorMap().get(-errno)?.[0] ?? `errno ${errno}`;
}

/** The addon's convention (0 and above, or minus errno) as a Result. */
export function asResult(call: string, value: number): Result<number, NetError> {
  return value < 0 ? fail({ call, errno: -value }) : ok(value);
}
