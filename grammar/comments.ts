/** Comments and quotes of one physical line (language.md §2.1-2.4, §2.8). */
import { isBlank, trimBlanks } from './words.ts';

const SPECIAL = /[#!"\\]/;

export interface Decommented {
  readonly text: string;
  /** True when characters inside `text` were removed, so offsets no longer match the file. */
  readonly changed: boolean;
  /** A backslash ends the line, before or inside its comment: a definition being read goes on. */
  readonly continues: boolean;
  /** True with an odd number of `"`: the quote runs to the end of the line. */
  readonly openQuote: boolean;
}

/**
 * Cuts the comment, turns `\#` and `\!` outside quotes into the plain characters, trims blanks at both
 * ends.
 */
export function decomment(raw: string): Decommented {
  if (!SPECIAL.test(raw)) {
    return { text: trimBlanks(raw), changed: false, continues: false, openQuote: false };
  }
  let quoted = false;
  let kept = '';
  let from = 0;
  let end = raw.length;
  for (let at = 0; at < raw.length; at++) {
    const char = raw.charAt(at);
    if (char === '"') {
      quoted = !quoted;
    } else if (quoted) {
      // Only this stage takes a quote behind a backslash for an ordinary character.
      if (char === '\\') at++;
    } else if (char === '\\') {
      if (raw.charAt(at + 1) === '#' || raw.charAt(at + 1) === '!') {
        kept += raw.slice(from, at);
        from = at + 1;
      }
      at++;
    } else if (char === '#' || char === '!') {
      end = at;
      break;
    }
  }
  const rest = kept + raw.slice(from, end);
  // Blanks at the end belong to a quote that is still open.
  const text = quoted ? trimStart(rest) : glueBackslash(trimBlanks(rest));
  return {
    text,
    changed: from > 0,
    continues: text.endsWith('\\') || trimBlanks(raw).endsWith('\\'),
    openQuote: quoted,
  };
}

function trimStart(text: string): string {
  let start = 0;
  while (start < text.length && isBlank(text.charCodeAt(start))) start++;
  return text.slice(start);
}

/** There is no line continuation: a trailing backslash loses the blanks before it and joins the last word. */
export function glueBackslash(text: string): string {
  return text.endsWith('\\') ? `${trimBlanks(text.slice(0, -1))}\\` : text;
}
