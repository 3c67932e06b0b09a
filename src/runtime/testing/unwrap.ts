/** Takes the value of a Result or fails the test with its error. */
import type { Result } from '../../result.ts';
import { errnoName } from '../errno.ts';

export function unwrap<T>(result: Result<T, unknown>): T {
  if (result.ok) return result.value;
  const { error } = result;
  const errno = typeof error === 'object' && error !== null && 'errno' in error ? Number(error.errno) : 0;
  throw new Error(`${JSON.stringify(error)} ${errno === 0 ? '' : errnoName(errno)}`);
}
