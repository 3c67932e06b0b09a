/**
 * What a `-t` says, reduced to what is compared: exit status and the set of messages, each once whatever
 * pass printed it ("(FILE: Line N)" and "(Line N)" are the same place).
 */
import { deliberateReason } from './deliberate.ts';

export interface Message {
  readonly line: number | null;
  readonly text: string;
}

export interface Verdict {
  readonly exit: number;
  /** Name of the signal that ended it, `hang` when it had to be stopped. */
  readonly ended?: string;
  readonly messages: readonly Message[];
}

export interface Difference {
  readonly sameExit: boolean;
  readonly sameLines: boolean;
  readonly sameTexts: boolean;
  /** The exit statuses differ and so does a message with a deliberate difference. */
  readonly explainedExit: boolean;
  /** Why messages differ on purpose. */
  readonly reasons: readonly string[];
  readonly missing: readonly Message[];
  readonly extra: readonly Message[];
}

const PLACE = /^\((?:(?<file>.*): )?Line (?<line>\d+)\) (?<text>.*)$/s;

export function parseMessages(output: string): Message[] {
  const lines = output.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const groups = PLACE.exec(line)?.groups;
    return groups?.text === undefined
      ? { line: null, text: line }
      : { line: Number(groups.line), text: groups.text };
  });
}

const show = ({ line, text }: Message): string => `${line ?? '-'}\0${text}`;

export function compareVerdicts(upstream: Verdict, ours: Verdict): Difference {
  const wanted = new Map(upstream.messages.map((message) => [show(message), message]));
  const got = new Map(ours.messages.map((message) => [show(message), message]));
  const missing = [...wanted].filter(([key]) => !got.has(key)).map(([, message]) => message);
  const extra = [...got].filter(([key]) => !wanted.has(key)).map(([, message]) => message);
  const counted = ({ text }: Message): boolean => deliberateReason(text) === undefined;
  const linesOf = (messages: Iterable<Message>): string =>
    [...new Set([...messages].filter(counted).map(({ line }) => line ?? 0))].sort((a, b) => a - b).join(' ');
  const sameExit = upstream.exit === ours.exit;
  const differing = [...missing, ...extra].map(({ text }) => deliberateReason(text));
  const reasons = [...new Set(differing.filter((reason) => reason !== undefined))];
  return {
    sameExit,
    explainedExit: !sameExit && reasons.length > 0,
    reasons,
    sameLines: linesOf(wanted.values()) === linesOf(got.values()),
    sameTexts: !missing.some(counted) && !extra.some(counted),
    missing: missing.filter(counted),
    extra: extra.filter(counted),
  };
}

/** The text with everything that belongs to one file taken out, so that equal messages add up. */
export function templateOf(text: string): string {
  return text
    .replace(/'[^']*'/g, "'…'")
    .replace(/\b[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*(?:\/\d+)?/gi, 'IPv6')
    .replace(/\b\d+(?:\.\d+){3}(?:\/\d+)?/g, 'IP')
    .replace(/-?\b\d+(?:\.\d+)?/g, 'N')
    .replace(/^\([^()\s]+\)/, '(X)')
    .replace(
      /(script|instance|group|router|interface|server|file|process|keyword) (?!not\b|has\b|is\b|name\b|for\b)[^\s'`,()]+/gi,
      '$1 X',
    );
}
