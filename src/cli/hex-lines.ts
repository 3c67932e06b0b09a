/** Bytes for people, sixteen a line: offset, two groups of eight, text (as genhash prints them). */
const LINE = 16;
const HALF = 8;

const pairs = (bytes: Uint8Array): string =>
  Array.from({ length: HALF }, (_, at) => {
    const byte = bytes[at];
    return byte === undefined ? '   ' : `${byte.toString(16).padStart(2, '0')} `;
  }).join('');

const shown = (byte: number): string => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.');

export function hexLines(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += LINE) {
    const row = bytes.subarray(at, at + LINE);
    const text = [...row].map(shown).join('').padEnd(LINE);
    const offset = String(at).padStart(4, '0');
    lines.push(`${offset}  ${pairs(row.subarray(0, HALF))}- ${pairs(row.subarray(HALF))}  ${text}\n`);
  }
  return lines.join('');
}
