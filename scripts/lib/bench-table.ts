/** The bench's result as a table: a row per situation and statistic, upstream and alived side by side. */
export interface Row {
  readonly what: string;
  readonly statistic: string;
  /** Usually milliseconds; undefined where that daemon was not measured. */
  readonly upstream: number | undefined;
  readonly alived: number | undefined;
  /** Said behind the row, such as runs that failed. */
  readonly note?: string;
}

/** Below this a quotient says nothing: both are as exact as the measurement. */
const SMALLEST_MS = 0.001;

/** alived / upstream; a lateness may be negative, and then there is no meaningful quotient. */
export function ratio({ upstream, alived }: Row): number | undefined {
  if (upstream === undefined || alived === undefined) return undefined;
  return upstream < SMALLEST_MS || alived < SMALLEST_MS ? undefined : alived / upstream;
}

/** `unit` stands in the head. */
export function table(rows: readonly Row[], unit = 'ms'): string[] {
  const cells = rows.map((row) => [
    row.what,
    row.statistic,
    ms(row.upstream),
    ms(row.alived),
    ratio(row)?.toFixed(2) ?? '-',
    row.note ?? '',
  ]);
  const all = [['', unit, 'upstream', 'alived', 'ratio', ''], ...cells];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  return all.map((line) =>
    line
      .map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

const ms = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? '-' : value.toFixed(2);
