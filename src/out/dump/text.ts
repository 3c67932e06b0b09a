/** Pieces that several sections of a dump share: titles, times, addresses, commands, lists. */
import type { ScriptSpec } from '../../ports/scripts.ts';
import type { Us } from '../../units.ts';
import type { Tracked, VirtualAddress, VirtualRule } from '../../vrrp/config.ts';
import { addressWords, ruleText } from '../../vrrp/route-text.ts';
import { clockText, dayName, monthName } from '../calendar.ts';

export const title = (text: string): string => `------< ${text} >------`;
export const yesNo = (value: boolean): string => (value ? 'yes' : 'no');
export const enabled = (value: boolean): string => (value ? 'enabled' : 'disabled');

/** Seconds since 1970 with microseconds. */
export function epochText(wallUs: number): string {
  return `${Math.floor(wallUs / 1e6)}.${String(Math.floor(wallUs % 1e6)).padStart(6, '0')}`;
}

/** As `%c` with microseconds: "Thu Nov 26 01:43:30.304410 2026" in local time. */
export function dateText(wallUs: number, year = true): string {
  const date = new Date(wallUs / 1000);
  const day = `${dayName(date)} ${monthName(date)} ${String(date.getDate()).padStart(2, ' ')}`;
  const fraction = String(Math.floor(wallUs % 1e6)).padStart(6, '0');
  return `${day} ${clockText(date)}.${fraction}${year ? ` ${date.getFullYear()}` : ''}`;
}

/** Words of a command in quotes, as it would be typed (2.4.0 and later escape quotes in it). */
export const commandText = (argv: readonly string[]): string =>
  argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');

export const scriptText = ({ argv, uid, gid }: ScriptSpec): string =>
  `${commandText(argv)}, uid:gid ${uid}:${gid}`;

/** `set`: it is in the kernel; `filtered`: packets to it are dropped. */
export function addressText(
  address: VirtualAddress,
  device: string,
  { set, filtered }: { readonly set: boolean; readonly filtered: boolean },
): string {
  return [
    ...addressWords(address, device),
    ...(set ? ['set'] : []),
    ...(filtered ? ['nftable_set'] : []),
  ].join(' ');
}

/** Dumps name both ends of a rule, log lines only those that it has. */
export const ruleDumpText = (rule: VirtualRule): string =>
  rule.from === undefined && rule.to !== undefined && !rule.not
    ? `from all ${ruleText(rule)}`
    : ruleText(rule);

const reverseText = ({ reverse }: Tracked): string => (reverse ? ' reverse' : '');

/** "NAME weight N", with what stands between name and weight. */
export const trackedText = (tracked: Tracked, between = ''): string =>
  `${tracked.name}${between} weight ${tracked.weight}${reverseText(tracked)}`;

/** A list under its heading; nothing when it is empty. */
export const listed = (heading: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`   ${heading} :`, ...lines.map((line) => `     ${line}`)];

/** Seconds from microseconds, as `%g` shows them. */
export const secondsText = (value: Us): string => String(Number((value / 1e6).toPrecision(6)));
