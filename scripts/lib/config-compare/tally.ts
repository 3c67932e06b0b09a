/** Adds up what the workers found, and prints it. */
import { type Message, templateOf } from './verdict.ts';

/** What a worker says of one file; a line of JSON on its output. */
export interface Finding {
  readonly name: string;
  /** -1 for the file itself, else the number of the mutation. */
  readonly mutation: number;
  readonly slips: readonly string[];
  readonly upstreamMs: number;
  readonly oursMs: number;
  readonly upstreamExit: number;
  readonly oursExit: number;
  readonly upstreamEnded?: string;
  readonly thrown?: string;
  readonly sameExit: boolean;
  readonly explainedExit: boolean;
  readonly sameLines: boolean;
  readonly sameTexts: boolean;
  readonly missing: readonly Message[];
  readonly extra: readonly Message[];
}

interface Count {
  files: number;
  messages: number;
  readonly example: string;
}

export class Tally {
  files = 0;
  exits = 0;
  explained = 0;
  lines = 0;
  texts = 0;
  oursMs = 0;
  upstreamMs = 0;
  readonly ended: string[] = [];
  readonly thrown: string[] = [];
  readonly slow: string[] = [];
  readonly exitPairs = new Map<string, Count>();
  readonly templates = new Map<string, Count>();

  add(finding: Finding): void {
    const label = labelOf(finding);
    this.oursMs += finding.oursMs;
    this.upstreamMs += finding.upstreamMs;
    if (finding.thrown !== undefined) this.thrown.push(`${label}: ${finding.thrown}`);
    if (finding.oursMs > 1000) this.slow.push(`${label}: ${Math.round(finding.oursMs)} ms`);
    if (finding.upstreamEnded !== undefined) {
      this.ended.push(`${label}: ${finding.upstreamEnded} (ours ${finding.oursExit}) [${finding.slips}]`);
      return;
    }
    this.files++;
    if (finding.sameExit) this.exits++;
    else if (finding.explainedExit) this.explained++;
    else count(this.exitPairs, `${finding.upstreamExit} -> ${finding.oursExit}`, 1, label);
    if (finding.sameLines) this.lines++;
    if (finding.sameTexts) this.texts++;
    this.#templates('-', finding.missing, label);
    this.#templates('+', finding.extra, label);
  }

  #templates(sign: string, messages: readonly Message[], label: string): void {
    const own = Map.groupBy(messages, ({ text }) => `${sign} ${templateOf(text)}`);
    for (const [template, group] of own) {
      const [first] = group;
      count(this.templates, template, group.length, `${label}:${first?.line ?? '-'}: ${first?.text}`);
    }
  }

  report(crashes: boolean): string {
    const percent = (part: number): string =>
      `${((100 * part) / Math.max(this.files, 1)).toFixed(2)} % (${part} of ${this.files})`;
    const lines = [
      `compared ${this.files}; upstream ended by itself or by the watchdog on ${this.ended.length} more`,
      `same exit status   ${percent(this.exits)}, ${this.explained} more explained by deliberate differences`,
      `same message lines ${percent(this.lines)}`,
      `same message texts ${percent(this.texts)}`,
      `ours ${(this.oursMs / 1000).toFixed(2)} s, upstream ${(this.upstreamMs / 1000).toFixed(2)} s`,
      ...table('exit statuses that differ (upstream -> ours)', this.exitPairs),
      ...table('messages that differ (- missing here, + only here); files, messages', this.templates),
      ...listing('OURS THREW', this.thrown),
      ...listing('OURS SLOW', this.slow),
      ...(crashes ? listing('upstream crashed or hung', this.ended) : []),
    ];
    return `${lines.join('\n')}\n`;
  }
}

export function labelOf({ name, mutation }: Pick<Finding, 'name' | 'mutation'>): string {
  return mutation < 0 ? name : `${name}~${mutation}`;
}

function count(counts: Map<string, Count>, key: string, messages: number, example: string): void {
  const old = counts.get(key) ?? { files: 0, messages: 0, example };
  old.files++;
  old.messages += messages;
  counts.set(key, old);
}

function table(title: string, counts: ReadonlyMap<string, Count>): string[] {
  const rows = [...counts].sort(([, a], [, b]) => b.files - a.files);
  if (rows.length === 0) return [];
  return [
    `\n${title}:`,
    ...rows.map(
      ([key, { files, messages, example }]) =>
        `${String(files).padStart(5)} ${String(messages).padStart(6)}  ${key}   [${example.slice(0, 150)}]`,
    ),
  ];
}

const listing = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`\n${title}:`, ...lines.map((line) => `  ${line}`)];
