/**
 * RTM_NEWADDR and RTM_DELADDR (man 7 rtnetlink). In: an AddressSpec or a message. Out: a request, or an
 * address as the mirror keeps it.
 */
import type { AddressSpec, KernelAddress } from '../ports/kernel.ts';
import type { Family } from '../units.ts';
import { cStringBytes, u8, u32 } from './bytes.ts';
import {
  IFA_ADDRESS,
  IFA_BROADCAST,
  IFA_CACHEINFO,
  IFA_F_HOMEADDRESS,
  IFA_F_MANAGETEMPADDR,
  IFA_F_MCAUTOJOIN,
  IFA_F_NODAD,
  IFA_F_NOPREFIXROUTE,
  IFA_F_OPTIMISTIC,
  IFA_FLAGS,
  IFA_LABEL,
  IFA_LOCAL,
  IFA_PROTO,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_DUMP,
  NLM_F_EXCL,
  NLM_F_REQUEST,
  RTM_DELADDR,
  RTM_GETADDR,
  RTM_NEWADDR,
} from './constants.ts';
import { attributes, type Message, message } from './message.ts';
import type { MessageWriter } from './writer.ts';

const ifaddrmsgLength = 8;
const familyNumber: Readonly<Record<Family, number>> = { 4: 2, 6: 10 };
const infiniteLifetime = 0xffffffff;

/** Bits a request may ask for; the others report state that only the kernel decides. */
const settable: Readonly<Record<Family, number>> = {
  4: IFA_F_NOPREFIXROUTE | IFA_F_MCAUTOJOIN,
  6:
    IFA_F_NODAD |
    IFA_F_OPTIMISTIC |
    IFA_F_HOMEADDRESS |
    IFA_F_MANAGETEMPADDR |
    IFA_F_NOPREFIXROUTE |
    IFA_F_MCAUTOJOIN,
};

export interface AddressMessage {
  readonly gone: boolean;
  readonly address: KernelAddress;
  /** The other end of a point-to-point address. */
  readonly peer?: Uint8Array;
}

function begin(writer: MessageWriter, type: number, requestFlags: number, seq: number): void {
  writer.begin(type, NLM_F_REQUEST | NLM_F_ACK | requestFlags, seq);
}

function writeAddress(writer: MessageWriter, spec: AddressSpec, flags: number): void {
  writer.u8(familyNumber[spec.family], spec.prefix, flags & 0xff, spec.scope);
  writer.u32(spec.ifindex);
  writer.attribute(IFA_LOCAL, spec.address);
  writer.attribute(IFA_ADDRESS, spec.peer ?? spec.address);
}

/** Refused with EEXIST when the address is there, so that the caller knows whether it brought it. */
export function writeNewAddress(writer: MessageWriter, spec: AddressSpec, seq: number): void {
  const flags = spec.flags & settable[spec.family];
  begin(writer, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, seq);
  writeAddress(writer, spec, flags);
  if (spec.broadcast !== undefined) writer.attribute(IFA_BROADCAST, spec.broadcast);
  if (spec.label !== undefined) writer.attribute(IFA_LABEL, cStringBytes(spec.label));
  if (flags !== 0) writer.attributeU32(IFA_FLAGS, flags);
  if (spec.preferredLft !== undefined) {
    // struct ifa_cacheinfo: preferred, valid, and two time stamps that only the kernel writes.
    writer.attributeU32(IFA_CACHEINFO, spec.preferredLft, infiniteLifetime, 0, 0);
  }
  if (spec.protocol !== undefined) writer.attribute(IFA_PROTO, Uint8Array.of(spec.protocol));
  writer.end();
}

export function writeDelAddress(writer: MessageWriter, spec: AddressSpec, seq: number): void {
  begin(writer, RTM_DELADDR, 0, seq);
  writeAddress(writer, spec, 0);
  writer.end();
}

/** Undefined for other messages, other families, and an address of a wrong length. */
export function parseAddress(message: Message): AddressMessage | undefined {
  if (message.type !== RTM_NEWADDR && message.type !== RTM_DELADDR) return undefined;
  const { payload } = message;
  if (payload.length < ifaddrmsgLength) return undefined;
  const family = u8(payload) === familyNumber[4] ? 4 : u8(payload) === familyNumber[6] ? 6 : undefined;
  if (family === undefined) return undefined;
  const found = attributes(payload, ifaddrmsgLength);
  const other = found.get(IFA_ADDRESS);
  const local = found.get(IFA_LOCAL) ?? other;
  if (local === undefined || local.length !== (family === 4 ? 4 : 16)) return undefined;
  const flags = found.get(IFA_FLAGS);
  const address: KernelAddress = {
    ifindex: u32(payload, 4),
    family,
    address: local.slice(),
    prefix: u8(payload, 1),
    scope: u8(payload, 3),
    flags: flags === undefined ? u8(payload, 2) : u32(flags),
  };
  const gone = message.type === RTM_DELADDR;
  return other === undefined || other.every((byte, index) => byte === local[index])
    ? { gone, address }
    : { gone, address, peer: other.slice() };
}

/** All addresses of both families. */
export const addressDump = (seq: number): Uint8Array =>
  message({ type: RTM_GETADDR, flags: NLM_F_REQUEST | NLM_F_DUMP, seq }, [new Uint8Array(ifaddrmsgLength)]);
