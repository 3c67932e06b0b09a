/** Counters of IPVS as columns: those of 32 bits, rates, and all of them once more for 64 bits. */
import { type IpvsStatistics, NO_STATISTICS } from '../../ports/ipvs.ts';
import type { SnmpValue } from '../../wire/agentx.ts';
import type { Column } from './tree.ts';
import { counter, counter64, gauge } from './values.ts';

export function addStatistics(left: IpvsStatistics, right: IpvsStatistics): IpvsStatistics {
  const names = Object.keys(NO_STATISTICS) as (keyof IpvsStatistics)[];
  const sums = names.map((name) => [name, left[name] + right[name]] as const);
  return { ...NO_STATISTICS, ...Object.fromEntries(sums) };
}

const LOW = 0xffff_ffffn;
const low = (value: bigint): SnmpValue => gauge(Number(value & LOW));
const high = (value: bigint): SnmpValue => gauge(Number(value >> 32n));
const wrapped = (value: bigint): SnmpValue => counter(Number(value & LOW));

const RATES = [
  'connectionsPerSecond',
  'packetsInPerSecond',
  'packetsOutPerSecond',
  'bytesInPerSecond',
  'bytesOutPerSecond',
] as const;

/** Where the columns begin: four of packets and bytes, the rates, three of 64 bits, the rates in halves. */
export interface StatisticsPlace {
  readonly traffic: number;
  readonly rates: number;
  readonly wide: number;
  readonly wideRates: number;
}

export function statisticsColumns<Row>(
  of: (row: Row) => IpvsStatistics,
  { traffic, rates, wide, wideRates }: StatisticsPlace,
): Record<number, Column<Row>['get']> {
  const column =
    (form: (value: bigint) => SnmpValue, name: keyof IpvsStatistics): Column<Row>['get'] =>
    (row) =>
      form(of(row)[name]);
  const entries = [
    [traffic, column(wrapped, 'packetsIn')],
    [traffic + 1, column(wrapped, 'packetsOut')],
    [traffic + 2, column(counter64, 'bytesIn')],
    [traffic + 3, column(counter64, 'bytesOut')],
    ...RATES.map((name, at) => [rates + at, column(low, name)] as const),
    [wide, column(counter64, 'connections')],
    [wide + 1, column(counter64, 'packetsIn')],
    [wide + 2, column(counter64, 'packetsOut')],
    ...RATES.flatMap((name, at) => [
      [wideRates + 2 * at, column(low, name)] as const,
      [wideRates + 2 * at + 1, column(high, name)] as const,
    ]),
  ] as const;
  return Object.fromEntries(entries);
}
