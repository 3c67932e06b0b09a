/** Order statistics of small samples. Pure. */
/** The nearest-rank quantile, `q` from 0 to 1; NaN without values. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((x, y) => x - y);
  const rank = Math.max(1, Math.ceil(q * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
export const largest = (values: readonly number[]): number => quantile(values, 1);

/** Distances between consecutive times. */
export function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, at) => time - (times[at] ?? 0));
}
