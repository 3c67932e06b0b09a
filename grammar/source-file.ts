/**
 * One configuration file in memory. Almost every file is ASCII, and its bytes are then used as they are: an
 * offset into the bytes is an offset into the text, and no second copy of a large file is made.
 */

const MOST_ASCII = 0x7f;
/** `String.fromCharCode` takes its characters as arguments; more would leave the stack. */
const MOST_ARGUMENTS = 4096;
const SHORT = 64;
const NEWLINE = 0x0a;

const ascii = new TextDecoder('latin1');

/** UTF-16 code units of a file; bytes when all of them are ASCII. */
export type Units = Uint8Array | Uint16Array;

interface Counts {
  readonly offset: number;
  readonly less: number;
  readonly over: number;
}

export class SourceFile {
  /** Spelled as in `-f` or on the include line: messages show it so. */
  readonly name: string;
  readonly units: Units;
  /** Some of its characters are more than one byte. */
  readonly #wide: boolean;
  #text: string | undefined;
  #askedOffset = -1;
  #askedStart = 0;
  readonly #counts: Counts[] = [];

  /** Where a last line without a newline starts; the length of the file when there is none. */
  readonly #unended: number;

  constructor(name: string, content: Uint8Array | string, ascii?: boolean) {
    this.name = name;
    if (typeof content !== 'string' && (ascii ?? isAscii(content))) {
      this.units = content;
      this.#wide = false;
    } else {
      const text = typeof content === 'string' ? content : decode(content);
      this.units = unitsOf(text);
      this.#wide = text.length !== content.length || typeof content === 'string';
    }
    this.#unended = this.units.lastIndexOf(NEWLINE) + 1;
  }

  /** True for a place in a last line without a newline. */
  isUnended(offset: number): boolean {
    return offset >= this.#unended;
  }

  /**
   * Where `bytes` bytes from `start` end, when the line up to `end` has as many; else 0. A character that the
   * cut would go through stays whole.
   */
  cut(start: number, end: number, bytes: number): number {
    if (!this.#wide) return end - start >= bytes ? start + bytes : 0;
    let left = bytes;
    for (let at = start; at < end; at++) {
      const code = this.units[at] as number;
      // Half of a surrogate pair is two of the four bytes of its character.
      left -= code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
      if (left <= 0) return left < 0 && at > start ? at : at + 1;
    }
    return 0;
  }

  /** The whole file as text; made when somebody asks. */
  get text(): string {
    this.#text ??= textOf(this.units, 0, this.units.length);
    return this.#text;
  }

  /**
   * From `offset` on upstream's parent counts `less` lines fewer than its children, and the children `over`
   * lines more than there are.
   */
  countsDiffer(offset: number, less: number, over: number): void {
    this.#counts.push({ offset, less, over });
  }

  /** The real number of a line that upstream's children call `line`. */
  realLine(line: number, offset: number): number {
    return line - (this.#countsAt(offset)?.over ?? 0);
  }

  #countsAt(offset: number): Counts | undefined {
    let low = 0;
    let high = this.#counts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#counts[middle]?.offset ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return this.#counts[low - 1];
  }

  /**
   * The number that upstream's parent gives a line. It differs from what the children say after an over-long
   * line, and in a last line without a newline.
   */
  lineInParent(line: number, offset: number): number {
    return line - (this.#countsAt(offset)?.less ?? 0) - (this.isUnended(offset) ? 1 : 0);
  }

  /** Offset of the first character of the physical line that holds `offset`. */
  lineStart(offset: number): number {
    let start = offset;
    // Questions come in the order of the file, and a line may be a hundred megabytes long: the way back ends
    // where the last answer was given.
    while (start > 0 && this.units[start - 1] !== NEWLINE) {
      if (start === this.#askedOffset) {
        start = this.#askedStart;
        break;
      }
      start--;
    }
    this.#askedOffset = offset;
    this.#askedStart = start;
    return start;
  }
}

/** The characters from `start` to `end` as a string. */
export function textOf(units: Units, start: number, end: number): string {
  // Bytes are ASCII here, and for more than a few words the decoder is quicker.
  if (end - start > SHORT && units instanceof Uint8Array) return ascii.decode(units.subarray(start, end));
  if (end - start <= MOST_ARGUMENTS) {
    return String.fromCharCode.apply(null, units.subarray(start, end) as unknown as number[]);
  }
  const parts: string[] = [];
  for (let at = start; at < end; at += MOST_ARGUMENTS) {
    parts.push(textOf(units, at, Math.min(end, at + MOST_ARGUMENTS)));
  }
  return parts.join('');
}

/** Whether two files have the same characters from these offsets on. */
export function sameUnits(a: Units, from: number, b: Units, to: number, length: number): boolean {
  for (let at = 0; at < length; at++) if (a[from + at] !== b[to + at]) return false;
  return true;
}

/** For facts that do not say so; the real ones do, at a fraction of the cost. */
const isAscii = (bytes: Uint8Array): boolean => bytes.every((byte) => byte <= MOST_ASCII);

/** Bytes are opaque upstream: what is not UTF-8 is taken byte by byte, so nothing is lost or fails. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return textOf(bytes, 0, bytes.length);
  }
}

function unitsOf(text: string): Units {
  const units = new Uint16Array(text.length);
  for (let at = 0; at < text.length; at++) units[at] = text.charCodeAt(at);
  return units;
}
