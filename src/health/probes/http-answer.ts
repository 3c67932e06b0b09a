/**
 * An HTTP answer that comes in pieces: its status and its body, as 2.2.7 reads them. The header ends at the
 * first empty line and the body at the end of the connection; lengths and chunks are not looked at, so a
 * digest is over the bytes as they travel; an expression sees the header as well when the body begins in the
 * same piece. In: bytes. Out: status,
 * digest, the text if somebody wants it.
 */
import type { BeginMd5, RunningMd5 } from '../../ports/md5.ts';

/** A header of more than this is no header. */
const HEADER_LIMIT = 65_536;
/** As much of an answer as regular expressions get to see. */
const TEXT_LIMIT = 1_048_576;

export interface AnswerWishes {
  readonly digest: boolean;
  readonly text: boolean;
}

/** Pieces at whose beginning an anchored expression is tried. */
const BEGINNINGS_LIMIT = 32;

const LINE_FEED = 10;
const RETURN = 13;

/** Where the body begins; -1 without an empty line. */
function bodyOffset(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) {
    if (bytes[at + 1] === LINE_FEED) return at + 2;
    if (bytes[at + 1] === RETURN && bytes[at + 2] === LINE_FEED) return at + 3;
  }
  return -1;
}

/** The number behind the first blank; 0 without one. */
function statusOf(header: Uint8Array): number {
  const text = String.fromCharCode(...header.subarray(0, 64));
  return Number(/^[^ \r\n]* +(\d{1,5})/.exec(text)?.[1] ?? 0);
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

export class HttpAnswer {
  readonly #wishes: AnswerWishes;
  readonly #md5: RunningMd5 | undefined;
  #header = new Uint8Array(0);
  #status: number | undefined;
  readonly #pieces: Uint8Array[] = [];
  #kept = 0;
  /** Where pieces begin in the text. */
  #beginnings: number[] = [];
  /** Up to the body; 0 while the header is not complete. */
  headerLength = 0;
  /** Something was received. */
  begun = false;

  constructor(wishes: AnswerWishes, md5: BeginMd5) {
    this.#wishes = wishes;
    this.#md5 = wishes.digest ? md5() : undefined;
  }

  /** Undefined while the header is not complete. */
  get status(): number | undefined {
    return this.#status;
  }

  /** False when it can no longer become an answer. */
  take(bytes: Uint8Array): boolean {
    this.begun = true;
    this.#keep(bytes);
    if (this.#status !== undefined) {
      this.#body(bytes);
      return true;
    }
    // Nearly always the first piece has all of the header, and nothing has to be copied.
    const header =
      this.#header.length === 0 ? bytes : joined([this.#header, bytes], this.#header.length + bytes.length);
    const offset = bodyOffset(header);
    if (offset < 0) {
      this.#header = header.slice();
      return header.length <= HEADER_LIMIT;
    }
    this.headerLength = offset;
    this.#header = new Uint8Array(0);
    this.#status = statusOf(header);
    this.#body(header.subarray(offset));
    if (offset === header.length) this.#forget();
    return true;
  }

  #body(bytes: Uint8Array): void {
    this.#md5?.update(bytes);
  }

  #keep(bytes: Uint8Array): void {
    const room = TEXT_LIMIT - this.#kept;
    if (!this.#wishes.text || room <= 0) return;
    const piece = bytes.slice(0, room);
    if (this.#beginnings.length < BEGINNINGS_LIMIT) this.#beginnings.push(this.#kept);
    this.#pieces.push(piece);
    this.#kept += piece.length;
  }

  /** A header that came alone is not searched. */
  #forget(): void {
    this.#pieces.length = 0;
    this.#kept = 0;
    this.#beginnings = [];
  }

  /** Lower case. */
  digest(): string | undefined {
    return this.#md5?.hex();
  }

  text(): Uint8Array {
    return joined(this.#pieces, this.#kept);
  }

  /**
   * Offsets in the text where 2.2.7 begins to search anew, since what it has searched in vain is gone: at
   * each of them `^` may match.
   */
  get beginnings(): readonly number[] {
    return this.#beginnings;
  }
}
