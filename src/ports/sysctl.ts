/** Settings below /proc/sys that are numbers. A refusal is a value: the caller tells what was not set. */
export interface Sysctl {
  /** `path` without the leading /proc/sys/. Undefined when there is no such setting. */
  get(path: string): number | undefined;
  /** Returns 0 or errno. */
  set(path: string, value: number): number;
}
