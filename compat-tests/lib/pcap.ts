/**
 * The classic pcap file format as a stream, nanosecond variant (magic a1b23c4d): in, chunks as a pipe
 * delivers them; out, one call per complete record. tcpdump writes it in the byte order of the machine.
 */
const MAGIC_NS = 0xa1b23c4d;
const MAGIC_US = 0xa1b2c3d4;

export class PcapStream {
  readonly #record: (bytes: Uint8Array, atUs: number) => void;
  #pending = Buffer.alloc(0);
  #header: { readonly little: boolean; readonly perUs: number } | undefined;

  constructor(record: (bytes: Uint8Array, atUs: number) => void) {
    this.#record = record;
  }

  push(chunk: Uint8Array): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    if (this.#header === undefined && !this.#readHeader()) return;
    while (this.#readRecord());
  }

  #readHeader(): boolean {
    if (this.#pending.length < 24) return false;
    for (const little of [true, false]) {
      const magic = little ? this.#pending.readUInt32LE(0) : this.#pending.readUInt32BE(0);
      if (magic === MAGIC_NS) this.#header = { little, perUs: 1000 };
      if (magic === MAGIC_US) this.#header = { little, perUs: 1 };
    }
    if (this.#header === undefined) throw new Error('not a pcap stream');
    this.#pending = this.#pending.subarray(24);
    return true;
  }

  #readRecord(): boolean {
    const header = this.#header;
    if (header === undefined || this.#pending.length < 16) return false;
    const word = (at: number) =>
      header.little ? this.#pending.readUInt32LE(at) : this.#pending.readUInt32BE(at);
    const length = word(8);
    if (this.#pending.length < 16 + length) return false;
    const atUs = word(0) * 1_000_000 + word(4) / header.perUs;
    this.#record(Uint8Array.from(this.#pending.subarray(16, 16 + length)), atUs);
    this.#pending = this.#pending.subarray(16 + length);
    return true;
  }
}
