/** Settings below /proc/sys that are a number. A refusal is a value: the caller tells what it could not set. */
export interface Sysctl {
  /** `path` without the leading /proc/sys/. Undefined when there is no such setting. */
  get(path: string): number | undefined;
  /** Returns 0 or errno. */
  set(path: string, value: number): number;
}
