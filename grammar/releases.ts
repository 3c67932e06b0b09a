/** Which release knows a keyword: rows of the table say since and until when it exists. */
import type { RowBase } from './keywords/row.ts';

export type Version = readonly [major: number, minor: number, patch: number];

/** `v2.3.3`, `2.3.3`; anything else, such as HEAD, is later than every release. */
export function parseVersion(text: string): Version {
  const match = /^v?(\d+)\.(\d+)\.(\d+)$/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : [99, 0, 0];
}

/** The release that a word names, without a `v` in front; undefined = it names none. */
export const releaseOf = (word: string): string | undefined =>
  /^v?\d+\.\d+\.\d+$/.test(word) ? word.replace(/^v/, '') : undefined;

export const isOlder = (a: Version, b: Version): boolean => {
  const index = a.findIndex((part, place) => part !== b[place]);
  return index >= 0 && (a[index] ?? 0) < (b[index] ?? 0);
};

type Life = Pick<RowBase, 'since' | 'until' | 'extension'>;

/** Why a release of keepalived does not know the keyword of a row; undefined = it does. */
export function whyUnknown({ since, until, extension }: Life, release: string): string | undefined {
  if (extension === true) return 'is an extension of alived';
  const target = parseVersion(release);
  if (since !== undefined && isOlder(target, parseVersion(since))) {
    return `exists since ${since.replace(/^v/, '').replace('HEAD', '2.4.3')}`;
  }
  if (until !== undefined && isOlder(parseVersion(until), target)) {
    return `was removed after ${until.replace(/^v/, '')}`;
  }
  return undefined;
}
