/**
 * Length of functions, measured on blanked code by matching brackets. In: a scanned file. Out: each function
 * with the line of its head and its number of lines. Functions declared inside it are measured for themselves
 * and do not count again: a factory that closes over its state is read like a class. Callbacks do count.
 */
import { lineAt, type SourceFile } from './source.ts';

export interface MeasuredFunction {
  readonly head: string;
  readonly line: number;
  readonly lines: number;
}

const control = /^\s*(?:\}?\s*else\s+)?(?:if|for|while|switch|catch|with|do|else|try|finally)\b/;

/** A body follows an arrow, or a parameter list with or without a return type. */
function opensFunction(head: string): boolean {
  if (/=>\s*$/.test(head)) return true;
  return /\)\s*(?::[^=]*)?$/.test(head) && !control.test(head);
}

/** `function f(`, `const f = (…) =>` or a method: something with a name of its own. */
const declared =
  /^(?:export\s+)?(?:async\s+)?(?:function\b|const\s+\w+\s*=|(?:get\s|set\s|\*\s*)?#?\w+\s*\()/;

/** A brace of a type or a value goes on with the statement; after any other a new one begins. */
const opensValue = (head: string): boolean =>
  /(?:[:=|&,<([?]|\b(?:return|extends|satisfies|as))\s*$/.test(head);

interface Frame {
  /** Where the statement begins whose bracket may come next. */
  headStart: number;
  readonly brace?: { readonly head: string; readonly start: number; readonly isValue: boolean };
  /** Lines of functions declared inside. */
  inner: number;
}

export function measureFunctions({ text, code }: SourceFile): MeasuredFunction[] {
  const found: MeasuredFunction[] = [];
  const frames: Frame[] = [];
  let frame: Frame = { headStart: 0, inner: 0 };
  for (let at = 0; at < code.length; at += 1) {
    const char = code.charAt(at);
    if (char === ';') frame.headStart = at + 1;
    else if (char === '(' || char === '[' || char === '{') {
      frames.push(frame);
      const head = code.slice(frame.headStart, at);
      const start = frame.headStart + (head.length - head.trimStart().length);
      const brace = { head: head.trim(), start, isValue: opensValue(head) };
      frame = { headStart: at + 1, inner: 0, ...(char === '{' ? { brace } : {}) };
    } else if (char === ')' || char === ']' || char === '}') {
      const closed = frame;
      frame = frames.pop() ?? { headStart: at + 1, inner: 0 };
      const { brace } = closed;
      const measured = brace === undefined ? undefined : measure(text, brace, at, closed.inner);
      if (brace?.isValue === false) frame.headStart = at + 1;
      if (measured !== undefined) found.push(measured);
      const alone = measured !== undefined && declared.test(measured.head);
      frame.inner += closed.inner + (alone ? measured.lines : 0);
    }
  }
  return found;
}

function measure(
  text: string,
  { head, start, isValue }: NonNullable<Frame['brace']>,
  end: number,
  inner: number,
): MeasuredFunction | undefined {
  if (isValue || !opensFunction(head)) return undefined;
  const line = lineAt(text, start);
  const lines = lineAt(text, end) - line + 1 - inner;
  return { head: head.replace(/\s+/g, ' ').slice(0, 60), line, lines };
}
