/**
 * `$NAME=VALUE` definitions and their use, as plain text replacement (language.md §5). Values are expanded
 * where they are used, not where they are defined, and again until nothing changes.
 */
import type { Facts } from './facts.ts';

/** Upstream's line buffer: an expansion that grows past it stops being expanded. */
const MAX_EXPANDED = 1023;
const MAX_ROUNDS = 1000;

/** A value is one line, or several for a definition continued with a trailing backslash. */
export type Definitions = Map<string, readonly string[]>;

export interface Expansion {
  readonly text: string;
  /** Lines of a multi-line definition that follow the one it was used on. */
  readonly following: readonly string[];
  readonly changed: boolean;
}

const DEFINITION = /^\$([A-Za-z_][A-Za-z0-9_]*)=[ \t\f\r\v]*(.*)$/s;
const USE = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)([ \t][^}]*)?\}|([A-Za-z_][A-Za-z0-9_]*)(?=[\s,)]|$))/g;

export interface DefinitionStart {
  readonly name: string;
  readonly value: string;
  /** The value goes on on the next line. */
  readonly continues: boolean;
}

/** `$R =a`, with a blank, is no definition. */
export function parseDefinition(text: string): DefinitionStart | undefined {
  if (text.charCodeAt(0) !== 0x24) return undefined;
  const match = DEFINITION.exec(text);
  if (!match?.[1]) return undefined;
  return { name: match[1], ...continuation(match[2] ?? '') };
}

/** Splits off the backslash that says "continued", with the blanks before it. */
export function continuation(value: string): { readonly value: string; readonly continues: boolean } {
  return value.endsWith('\\')
    ? { value: value.slice(0, -1).trimEnd(), continues: true }
    : { value, continues: false };
}

function predefined(name: string, argument: string, facts: Facts, pwd: string): string | undefined {
  switch (name) {
    case '_PWD':
      return pwd;
    case '_INSTANCE':
      return facts.configId;
    case '_HASH':
      return '#';
    case '_BANG':
      return '!';
    case '_ENV':
      return facts.env?.(argument.trim()) ?? '';
    case '_RANDOM': {
      const [low = 0, high = 32767] = argument.trim().split(/\s+/).filter(Boolean).map(Number);
      return facts.random ? String(facts.random(low, Math.max(low, high))) : undefined;
    }
    default:
      return undefined;
  }
}

/** Replaces every known `$NAME` and `${NAME}`; unknown ones stay as they are written. */
export function expand(text: string, definitions: Definitions, facts: Facts, pwd: string): Expansion {
  if (!text.includes('$')) return { text, following: [], changed: false };
  let current = text;
  let following: readonly string[] = [];
  let changed = false;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let replaced = false;
    const next = current.replace(
      USE,
      (whole, braced: string, argument: string, bare: string, at: number, all: string) => {
        const name = braced ?? bare;
        const value = definitions.get(name);
        if (value === undefined) {
          const builtIn = predefined(name, argument ?? '', facts, pwd);
          if (builtIn === undefined) return whole;
          replaced = true;
          return builtIn;
        }
        if (value.length > 1) {
          // A multi-line definition is used only as the last thing on a line; elsewhere it stays literal.
          if (at + whole.length !== all.length || following.length > 0) return whole;
          following = value.slice(1);
        }
        replaced = true;
        return value[0] ?? '';
      },
    );
    if (!replaced || next.length > MAX_EXPANDED) break;
    changed = true;
    current = next;
  }
  return { text: current, following, changed };
}
