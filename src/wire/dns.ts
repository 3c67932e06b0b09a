/** DNS messages (RFC 1035) as far as a check needs them: one question, and whether a reply answers it. */

/** Types by the names that DNS_CHECK has for them. */
export const DNS_TYPES: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  RRSIG: 46,
  DNSKEY: 48,
};

const HEADER = 12;
/** A recursive query (RD). */
const FLAGS = 0x0100;
const CLASS_IN = 1;
const RESPONSE = 0x8000;
const CODE = 0x000f;

/** `www.example.com`, with or without a dot at its end; `.` is the root. */
export function encodeQuery(id: number, name: string, type: number): Uint8Array {
  const labels = name.split('.').filter((label) => label !== '');
  const length = labels.reduce((sum, label) => sum + label.length + 1, 1);
  const bytes = new Uint8Array(HEADER + length + 4);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, id);
  view.setUint16(2, FLAGS);
  view.setUint16(4, 1);
  let at = HEADER;
  for (const label of labels) {
    bytes[at++] = label.length;
    for (const char of label) bytes[at++] = char.charCodeAt(0);
  }
  at++;
  view.setUint16(at, type);
  view.setUint16(at + 2, CLASS_IN);
  return bytes;
}

/** The response code, or undefined when the message is no response to a query with this id. */
export function responseCode(message: Uint8Array, id: number): number | undefined {
  if (message.length < HEADER) return undefined;
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const flags = view.getUint16(2);
  return view.getUint16(0) === id && (flags & RESPONSE) !== 0 ? flags & CODE : undefined;
}
