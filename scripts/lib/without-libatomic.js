/**
 * Takes libatomic out of what an executable needs. Node for x86-64 wants one function of it
 * (atomic-compare-exchange.c), and a machine without a compiler often has no libatomic. The function goes into
 * the unused end of the last page of code, its entry of the GOT points there, and the library is forgotten.
 *
 * Only for the layout that Node's own builds have: ELF for x86-64, loaded at fixed addresses, all symbols
 * bound at start. Whatever is otherwise stays as it is. Fields are those of the System V ABI and its x86-64
 * supplement.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LIBRARY = 'libatomic.so.1';
const SYMBOL = '__atomic_compare_exchange';
const source = join(dirname(fileURLToPath(import.meta.url)), 'atomic-compare-exchange.c');

const PAGE = 0x1000;
const EXECUTABLE = 2;
const X86_64 = 62;
const SEGMENT = { load: 1, dynamic: 2, executes: 1 };
const TAG = { end: 0, needed: 1, strings: 5, symbols: 6, jumpBytes: 2, jumps: 23, flags: 30 };
const VERSIONS = { symbols: 0x6ffffff0, needs: 0x6ffffffe, needCount: 0x6fffffff };
const BIND_NOW = 8;
const RELOCATION = { bytes: 24, none: 0, jumpSlot: 7 };
const SYMBOL_BYTES = 24;
const UNVERSIONED = 1;

/** The bytes of the function; `run` runs a program or throws. */
export function compareExchangeCode(folder, run) {
  const [object, bytes] = ['atomic.o', 'atomic.bin'].map((name) => join(folder, name));
  const flags = ['-Os', '-ffreestanding', '-fPIC', '-fno-stack-protector', '-fcf-protection=none'];
  const whole = ['-fno-asynchronous-unwind-tables', '-fno-reorder-blocks-and-partition'];
  run(process.env.CC ?? 'cc', ['-c', ...flags, ...whole, '-o', object, source]);
  run('objcopy', ['-O', 'binary', '-j', '.text', object, bytes]);
  return readFileSync(bytes);
}

/** Out: whether the file does without the library now. It is only written when all of it fits. */
export function removeLibatomic(path, code) {
  const image = new Image(readFileSync(path));
  if (!image.isKnown) return false;
  if (!image.needs(LIBRARY)) return true;
  const slot = image.onlyUseOf(LIBRARY, SYMBOL);
  const place = image.place(code.length);
  if (slot === undefined || place === undefined) return false;
  image.put(place, code);
  image.bind(slot, place);
  image.forget(LIBRARY);
  writeFileSync(path, image.bytes);
  return true;
}

class Image {
  bytes;
  #segments = [];
  #dynamic = [];

  constructor(bytes) {
    this.bytes = bytes;
    if (bytes.readUInt32BE(0) !== 0x7f454c46) return;
    const [offset, size, count] = [this.#u64(32), bytes.readUInt16LE(54), bytes.readUInt16LE(56)];
    for (let at = offset; at < offset + size * count; at += size) {
      this.#segments.push({
        header: at,
        type: bytes.readUInt32LE(at),
        flags: bytes.readUInt32LE(at + 4),
        offset: this.#u64(at + 8),
        address: this.#u64(at + 16),
        bytes: this.#u64(at + 32),
      });
    }
    const dynamic = this.#segments.find(({ type }) => type === SEGMENT.dynamic);
    for (
      let at = dynamic?.offset ?? 0;
      dynamic !== undefined && at < dynamic.offset + dynamic.bytes;
      at += 16
    ) {
      this.#dynamic.push({ at, tag: this.#u64(at), value: this.#u64(at + 8) });
    }
  }

  get isKnown() {
    const [type, machine] = [16, 18].map((at) => this.bytes.readUInt16LE(at));
    return type === EXECUTABLE && machine === X86_64 && ((this.#value(TAG.flags) ?? 0) & BIND_NOW) !== 0;
  }

  needs(library) {
    return this.#dynamic.some(({ tag, value }) => tag === TAG.needed && this.#string(value) === library);
  }

  /** File offset of the one relocation that the library is needed for. */
  onlyUseOf(library, name) {
    const versions = this.#versionsOf(library);
    const jumps = this.#offset(this.#value(TAG.jumps));
    const uses = [];
    for (let at = jumps; at < jumps + this.#value(TAG.jumpBytes); at += RELOCATION.bytes) {
      const symbol = this.bytes.readUInt32LE(at + 12);
      if (versions.has(this.bytes.readUInt16LE(this.#versionAt(symbol)))) uses.push({ at, symbol });
    }
    const [use] = uses;
    if (use === undefined || uses.length > 1 || this.#symbolName(use.symbol) !== name) return undefined;
    return this.bytes.readUInt32LE(use.at + 8) === RELOCATION.jumpSlot ? use.at : undefined;
  }

  /** Address of so many bytes between the end of the code and the end of its page; undefined = too few. */
  place(size) {
    const code = this.#segments.find(
      ({ type, flags }) => type === SEGMENT.load && (flags & SEGMENT.executes) !== 0,
    );
    const start = code === undefined ? 0 : Math.ceil((code.address + code.bytes) / 16) * 16;
    if (code === undefined || start + size > Math.ceil(start / PAGE) * PAGE) return undefined;
    const offset = code.offset + start - code.address;
    const used = this.bytes.subarray(offset, offset + size).some((byte) => byte !== 0);
    return used ? undefined : start;
  }

  put(address, code) {
    const segment = this.#segmentOf(address - 16);
    code.copy(this.bytes, segment.offset + address - segment.address);
    const size = BigInt(address - segment.address + code.length);
    for (const field of [32, 40]) this.bytes.writeBigUInt64LE(size, segment.header + field);
  }

  /** The entry that the relocation would fill in at start holds the address from the beginning. */
  bind(relocation, address) {
    const symbol = this.bytes.readUInt32LE(relocation + 12);
    const entry = this.#offset(this.#u64(relocation));
    this.bytes.writeBigUInt64LE(BigInt(address), entry);
    this.bytes.writeBigUInt64LE(BigInt(RELOCATION.none), relocation + 8);
    this.bytes.writeUInt16LE(UNVERSIONED, this.#versionAt(symbol));
  }

  forget(library) {
    const kept = this.#dynamic.filter(
      ({ tag, value }) => tag !== TAG.needed || this.#string(value) !== library,
    );
    const needs = this.#needs();
    const at = needs.findIndex((need) => this.#string(need.file) === library);
    const [need, before] = [needs[at], needs[at - 1]];
    const next = need.next === 0 ? 0 : need.next + (before === undefined ? 0 : need.at - before.at);
    if (before !== undefined) this.bytes.writeUInt32LE(next, before.at + 12);
    for (const entry of kept) {
      if (entry.tag === VERSIONS.needCount) entry.value -= 1;
      if (entry.tag === VERSIONS.needs && before === undefined) entry.value += need.next;
    }
    const all = [...kept, { tag: TAG.end, value: 0 }].slice(0, this.#dynamic.length);
    for (const [index, { tag, value }] of all.entries()) {
      const where = this.#dynamic[index].at;
      this.bytes.writeBigUInt64LE(BigInt(tag), where);
      this.bytes.writeBigUInt64LE(BigInt(value), where + 8);
    }
  }

  /** What the program wants of each library, in a chain. */
  #needs() {
    const found = [];
    let at = this.#offset(this.#value(VERSIONS.needs));
    for (;;) {
      const [file, first, next] = [4, 8, 12].map((field) => this.bytes.readUInt32LE(at + field));
      found.push({ at, file, first, next, count: this.bytes.readUInt16LE(at + 2) });
      if (next === 0) return found;
      at += next;
    }
  }

  #versionsOf(library) {
    const found = new Set();
    for (const need of this.#needs()) {
      if (this.#string(need.file) !== library) continue;
      let at = need.at + need.first;
      for (let left = need.count; left > 0; left--) {
        found.add(this.bytes.readUInt16LE(at + 6));
        at += this.bytes.readUInt32LE(at + 12);
      }
    }
    return found;
  }

  #u64(at) {
    return Number(this.bytes.readBigUInt64LE(at));
  }

  #value(wanted) {
    return this.#dynamic.find(({ tag }) => tag === wanted)?.value;
  }

  #segmentOf(address) {
    return this.#segments.find(
      (one) => one.type === SEGMENT.load && one.address <= address && address < one.address + one.bytes,
    );
  }

  #offset(address) {
    const segment = this.#segmentOf(address);
    return segment.offset + address - segment.address;
  }

  #string(index) {
    const from = this.#offset(this.#value(TAG.strings)) + index;
    return this.bytes.toString('latin1', from, this.bytes.indexOf(0, from));
  }

  #symbolName(index) {
    return this.#string(
      this.bytes.readUInt32LE(this.#offset(this.#value(TAG.symbols)) + index * SYMBOL_BYTES),
    );
  }

  #versionAt(symbol) {
    return this.#offset(this.#value(VERSIONS.symbols)) + symbol * 2;
  }
}
