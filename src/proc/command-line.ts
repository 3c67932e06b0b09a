/** The command line for the log: quoted words, wrapped like upstream's so that no line gets long. */
const MAX_WIDTH = 80;

export function commandLineText(argv: readonly string[]): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of argv) {
    const quoted = `'${word}'`;
    if (line !== '' && line.length + 1 + quoted.length > MAX_WIDTH) {
      lines.push(line);
      line = quoted;
    } else line = line === '' ? quoted : `${line} ${quoted}`;
  }
  return [...lines, line];
}
