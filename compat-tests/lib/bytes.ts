/** Small helpers on byte arrays that both the decoder and the packet builder need. */
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const mac = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/..(?=.)/g, '$&:');
export const be16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const words = Array.from({ length: 8 }, (_, i) => be16(bytes, i * 2));
  // RFC 5952: the longest run of zero words, at least two of them, becomes `::`.
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && words[at + length] === 0) length++;
    if (length > best.length) best = { at, length };
  }
  const text = (part: number[]) => part.map((word) => word.toString(16)).join(':');
  if (best.at < 0) return text(words);
  return `${text(words.slice(0, best.at))}::${text(words.slice(best.at + best.length))}`;
}

export function addressBytes(text: string): Uint8Array {
  if (!text.includes(':')) return Uint8Array.from(text.split('.').map(Number));
  const [head = '', tail] = text.split('::');
  const words = (part: string) =>
    part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16));
  const left = words(head);
  const right = tail === undefined ? [] : words(tail);
  const all = [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
  return Uint8Array.from(all.flatMap((word) => [word >> 8, word & 255]));
}

/** RFC 1071 ones' complement sum of several pieces; 0 over data that contains its own checksum. */
export function internetChecksum(...pieces: readonly Uint8Array[]): number {
  const all = Buffer.concat(pieces);
  let sum = 0;
  for (let at = 0; at < all.length; at += 2) sum += be16(all, at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** The pseudo header of IPv4 (RFC 9568 5.2.8 as upstream applies it) or of IPv6 (RFC 8200 8.1). */
export function pseudoHeader(source: Uint8Array, destination: Uint8Array, protocol: number, length: number) {
  const tail =
    source.length === 4
      ? [0, protocol, length >> 8, length & 255]
      : [0, 0, length >> 8, length & 255, 0, 0, 0, protocol];
  return Uint8Array.from([...source, ...destination, ...tail]);
}
