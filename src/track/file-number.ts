/** The number in a tracked file, as seen with 2.2.7. In: its text. Out: the number, or what does not fit. */
const INT_MAX = 2_147_483_647;

/** C's strtol with base 0; text without a number is 0. A string is a number that does not fit an int. */
export function fileNumber(text: string): number | string {
  const match = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|\d+)/.exec(text);
  if (match === null) return 0;
  const [, sign = '', digits = ''] = match;
  const octal = /^0[0-7]+/.exec(digits)?.[0];
  const magnitude =
    octal === undefined ? (/^0\d/.test(digits) ? 0 : Number(digits)) : Number.parseInt(octal, 8);
  const value = sign === '-' ? -magnitude : magnitude;
  if (value > INT_MAX || value < -INT_MAX - 1) return `${sign}${digits}`;
  return value === 0 ? 0 : value;
}
