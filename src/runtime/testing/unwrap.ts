/** Takes the value of a Result or fails the test with its error. */
import type { NetError } from '../../ports/net.ts';
import type { Result } from '../../result.ts';
import { errnoName } from '../errno.ts';

export function unwrap<T>(result: Result<T, NetError>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.error.call}: ${errnoName(result.error.errno)}`);
}
