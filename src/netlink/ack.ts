/**
 * NLMSG_ERROR: the kernel's answer to one request, with its own words (NETLINK_EXT_ACK) when it has any.
 * In: a message. Out: errno (0 = done) and text.
 */
import { cString, i32, u32 } from './bytes.ts';
import {
  NLM_F_ACK,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLMSG_ERROR,
  NLMSGERR_ATTR_MSG,
  NLMSGERR_ATTR_OFFS,
} from './constants.ts';
import { align, attributes, headerLength, type Message } from './message.ts';

export interface Ack {
  readonly seq: number;
  readonly errno: number;
  readonly text: string;
  /** Byte of the request that the kernel objects to, when it says so. */
  readonly offset?: number;
}

const errorLength = 4;

/** Undefined for any other message and for one too short to hold an errno. */
export function parseAck(message: Message): Ack | undefined {
  if (message.type !== NLMSG_ERROR || message.payload.length < errorLength) return undefined;
  const errno = Math.abs(i32(message.payload));
  if ((message.flags & NLM_F_ACK_TLVS) === 0) return { seq: message.seq, errno, text: '' };
  // The request is echoed, or only its header when NETLINK_CAP_ACK asked for that.
  const echoed = (message.flags & NLM_F_CAPPED) === 0 ? u32(message.payload, errorLength) : headerLength;
  const found = attributes(message.payload, errorLength + align(Math.max(echoed, headerLength)));
  const text = found.get(NLMSGERR_ATTR_MSG);
  const offset = found.get(NLMSGERR_ATTR_OFFS);
  return {
    seq: message.seq,
    errno,
    text: text === undefined ? '' : cString(text),
    ...(offset === undefined ? {} : { offset: u32(offset) }),
  };
}

const LENGTH_AT = 0;
const FLAGS_AT = 6;

/**
 * Errors come back whether or not somebody asks for an acknowledgement, and requests are handled in order: so
 * the one of the last request says that all the others that nothing was heard of are done. Every
 * acknowledgement saved is a system call saved.
 */
export function acknowledgeLast(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  for (;;) {
    const next = at + align(view.getUint32(at + LENGTH_AT, true));
    if (next >= bytes.length) return bytes;
    view.setUint16(at + FLAGS_AT, view.getUint16(at + FLAGS_AT, true) & ~NLM_F_ACK, true);
    at = next;
  }
}
