/**
 * The Patterns port: expressions of PCRE2 on the engine of JavaScript, in a context of their own because only
 * there a match that takes for ever can be ended.
 */
import { type Context, createContext, Script } from 'node:vm';
import type { Pattern, PatternSpec, Patterns } from '../ports/patterns.ts';
import { ok } from '../result.ts';
import { translatePattern } from './pcre-syntax.ts';

/** For one page. Adverts are another process's, but other checks wait. */
const LIMIT_MS = 200;

const EXECUTE = new Script('expression.lastIndex = from; expression.exec(text)?.index');

class JsRegex implements Pattern {
  readonly #context: Context & Record<string, unknown>;
  readonly #utf: boolean;
  readonly anchored: boolean;

  constructor(source: string, flags: string, anchored: boolean) {
    this.anchored = anchored;
    this.#utf = flags.includes('u');
    this.#context = createContext({ text: '', from: 0 });
    const literal = `new RegExp(${JSON.stringify(source)}, ${JSON.stringify(flags)})`;
    this.#context.expression = new Script(literal).runInContext(this.#context);
  }

  matches(bytes: Uint8Array, minOffset: number, maxOffset: number): boolean | undefined {
    const encoding = this.#utf ? 'utf8' : 'latin1';
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    /** Characters before an offset in bytes. */
    const before = (offset: number): number =>
      this.#utf ? buffer.toString(encoding, 0, Math.min(offset, buffer.length)).length : offset;
    this.#context.text = buffer.toString(encoding);
    this.#context.from = before(minOffset);
    try {
      const at: unknown = EXECUTE.runInContext(this.#context, { timeout: LIMIT_MS });
      return typeof at === 'number' && at <= before(maxOffset);
    } catch (error) {
      // It comes from the other context, where Error is another one.
      const { code } = error as { readonly code?: unknown };
      if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
      throw error;
    } finally {
      this.#context.text = '';
    }
  }
}

/** One too many costs a search, not an answer. */
const isAnchored = ({ source, options }: PatternSpec): boolean =>
  /[\^]|\\A/.test(source) || options.includes('anchored');

/** The pattern as the bytes that the file has, unless it is about characters. */
function asBytes({ source, options }: PatternSpec): string {
  return options.includes('utf') ? source : Buffer.from(source, 'utf8').toString('latin1');
}

export const patterns: Patterns = {
  compile(spec) {
    const translated = translatePattern(asBytes(spec), spec.options);
    if (!translated.ok) return translated;
    return ok(new JsRegex(translated.value.source, translated.value.flags, isAnchored(spec)));
  },
};
